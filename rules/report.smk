# The page, and where everything in it came from.


rule provenance:
    input:
        summaries=expand(
            "<results>/ingest/{source}/summary.json", source=list(STUDY.sources)
        ),
        recommendation="<results>/recommendation.json",
    output:
        "<results>/provenance.json",
    log:
        "<logs>/provenance.log",
    benchmark:
        "<benchmarks>/provenance.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        fingerprint=STUDY.fingerprint,
        study=STUDY_FILE,
    shell:
        "python scripts/provenance.py --study {params.study} --summaries {input.summaries}"
        " --output {output} 2> {log}"


rule report:
    input:
        metrics="<results>/metrics.csv",
        comparisons="<results>/comparisons.csv",
        recommendation="<results>/recommendation.json",
        corpus="<results>/corpus.json",
        leakage="<results>/label_leakage.csv",
        provenance="<results>/provenance.json",
        splits=SPLITS,
        duplicates="<results>/duplicates.parquet",
        predictions=all_predictions(),
        costs=all_costs(),
        pretrained=expand("<results>/checkpoints/{model}", model=STUDY.pretrained),
        texts=texts_of_page(),
        audit=audit_of_page(),
    output:
        page="<results>/report.html",
    log:
        "<logs>/report.log",
    benchmark:
        "<benchmarks>/report.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        fingerprint=STUDY.fingerprint,
        study=STUDY_FILE,
        results=subpath(output.page, parent=True),
    shell:
        "python scripts/report.py --study {params.study} --results {params.results} --output {output.page} 2> {log}"
