# Reports: from the sources through the de-identification gate to one table, shard by shard.


rule preflight:
    output:
        "<results>/preflight.json",
    log:
        "<logs>/preflight.log",
    benchmark:
        "<benchmarks>/preflight.tsv"
    # Before all else. It is nobody's input: a changed checkpoint must not read the reports again.
    priority: 100
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        gate_model=STUDY.deidentify.transformers_model,
        origins={model: STUDY.origin_settings(model) for model in STUDY.models},
        prompts=sorted({task.prompt for task in STUDY.tasks.values()}),
        study=STUDY_FILE,
    shell:
        "python scripts/preflight.py --study {params.study} --output {output} 2> {log}"


rule generate:
    output:
        "<results>/generated/{source}.jsonl.gz",
    log:
        "<logs>/generate/{source}.log",
    benchmark:
        "<benchmarks>/generate/{source}.tsv"
    conda:
        "../envs/gate.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        settings=of_source(STUDY.source_settings),
        study=STUDY_FILE,
    shell:
        "python scripts/generate.py --study {params.study} --source {wildcards.source} --output {output} 2> {log}"


rule ingest:
    input:
        files=source_files,
        labels=labels_of_source,
    output:
        records=expand(
            "<results>/ingest/{{source}}/records-{shard}.parquet", shard=SHARDS
        ),
        # Apart, so that a changed label changes no shard of texts and the gate need not see them again.
        labels="<results>/ingest/{source}/labels.parquet",
        rejected="<results>/ingest/{source}/rejected.parquet",
        summary="<results>/ingest/{source}/summary.json",
    log:
        "<logs>/ingest/{source}.log",
    benchmark:
        "<benchmarks>/ingest/{source}.tsv"
    conda:
        "../envs/gate.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=240,
    params:
        settings=of_source(STUDY.source_settings),
        study=STUDY_FILE,
        folder=subpath(output.summary, parent=True),
    shell:
        "python scripts/ingest.py {input.files} --study {params.study} --source {wildcards.source}"
        " --output {params.folder} 2> {log}"


rule gate:
    input:
        "<results>/ingest/{source}/records-{shard}.parquet",
    output:
        reports="<results>/gate/{source}/{shard}/reports.parquet",
        quarantine="<results>/gate/{source}/{shard}/quarantine.parquet",
        audit="<results>/gate/{source}/{shard}/audit.parquet",
    log:
        "<logs>/gate/{source}-{shard}.log",
    benchmark:
        "<benchmarks>/gate/{source}-{shard}.tsv"
    conda:
        (
            "../envs/gate-model.yaml"
            if STUDY.deidentify.transformers_model
            else "../envs/gate.yaml"
        )
    threads: 1
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        settings=STUDY.gate_settings(),
        study=STUDY_FILE,
    shell:
        "python scripts/deidentify.py run --study {params.study} --records {input} --reports {output.reports}"
        " --quarantine {output.quarantine} --audit {output.audit} 2> {log}"


rule signatures:
    input:
        "<results>/gate/{source}/{shard}/reports.parquet",
    output:
        "<results>/gate/{source}/{shard}/signatures.parquet",
    log:
        "<logs>/signatures/{source}-{shard}.log",
    benchmark:
        "<benchmarks>/signatures/{source}-{shard}.tsv"
    conda:
        "../envs/gate.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        settings=STUDY.duplicates_settings(),
        study=STUDY_FILE,
    shell:
        "python scripts/signatures.py --study {params.study} --reports {input} --output {output} 2> {log}"


rule collect:
    input:
        reports=shards_of_sources("<results>/gate/{source}/{shard}/reports.parquet"),
        labels=expand(
            "<results>/ingest/{source}/labels.parquet", source=list(STUDY.sources)
        ),
        quarantine=shards_of_sources(
            "<results>/gate/{source}/{shard}/quarantine.parquet"
        ),
        audit=shards_of_sources("<results>/gate/{source}/{shard}/audit.parquet"),
        rejected=expand(
            "<results>/ingest/{source}/rejected.parquet", source=list(STUDY.sources)
        ),
        summaries=expand(
            "<results>/ingest/{source}/summary.json", source=list(STUDY.sources)
        ),
    output:
        reports="<results>/reports.parquet",
        texts="<results>/texts.parquet",
        labels=LABELS,
        quarantine="<results>/quarantine.parquet",
        audit="<results>/audit.parquet",
        summary="<results>/corpus.json",
    log:
        "<logs>/collect.log",
    benchmark:
        "<benchmarks>/collect.tsv"
    conda:
        "../envs/gate.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        settings=STUDY.labels_settings(),
        study=STUDY_FILE,
    shell:
        "python scripts/collect.py --study {params.study} --reports {input.reports} --labels {input.labels}"
        " --quarantine {input.quarantine} {input.rejected} --audit {input.audit} --summaries {input.summaries}"
        " --output-reports {output.reports} --output-texts {output.texts} --output-labels {output.labels}"
        " --output-quarantine {output.quarantine}"
        " --output-audit {output.audit} --output-summary {output.summary} 2> {log}"
