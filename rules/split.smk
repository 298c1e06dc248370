# Splits: near-duplicates and patients stay together; what gives a class away by itself is listed.


rule near_duplicates:
    input:
        signatures=shards_of_sources(
            "<results>/gate/{source}/{shard}/signatures.parquet"
        ),
        reports="<results>/texts.parquet",
    output:
        "<results>/duplicates.parquet",
    log:
        "<logs>/near_duplicates.log",
    benchmark:
        "<benchmarks>/near_duplicates.tsv"
    conda:
        "../envs/gate.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        settings=STUDY.duplicates_settings(),
        study=STUDY_FILE,
    shell:
        "python scripts/duplicates.py --study {params.study} --signatures {input.signatures}"
        " --reports {input.reports} --output {output} 2> {log}"


rule split:
    input:
        reports="<results>/texts.parquet",
        labels="<results>/labels/{task}.parquet",
        duplicates="<results>/duplicates.parquet",
    output:
        split="<results>/splits/{task}.csv",
        reports="<results>/splits/{task}.reports.csv",
        summary="<results>/splits/{task}.summary.json",
    log:
        "<logs>/split/{task}.log",
    benchmark:
        "<benchmarks>/split/{task}.tsv"
    conda:
        "../envs/gate.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=of_task(STUDY.split_settings),
        study=STUDY_FILE,
    shell:
        "python scripts/split.py --study {params.study} --task {wildcards.task} --reports {input.reports}"
        " --labels {input.labels} --duplicates {input.duplicates} --output {output.split} 2> {log}"


rule label_leakage:
    input:
        reports="<results>/texts.parquet",
        labels=LABELS,
        splits=SPLITS,
    output:
        "<results>/label_leakage.csv",
    log:
        "<logs>/label_leakage.log",
    benchmark:
        "<benchmarks>/label_leakage.tsv"
    conda:
        "../envs/gate.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        classes={task: STUDY.class_names(task) for task in STUDY.tasks},
        study=STUDY_FILE,
    shell:
        "python scripts/leakage.py --study {params.study} --reports {input.reports} --labels {input.labels} --splits {input.splits}"
        " --output {output} 2> {log}"
