# Tokens: every report once for each tokenizer; models that share a base share its tokens.


rule create:
    input:
        reports="<results>/texts.parquet",
        duplicates="<results>/duplicates.parquet",
        splits=SPLITS,
    output:
        directory("<results>/created/{model}"),
    log:
        "<logs>/create/{model}.log",
    benchmark:
        "<benchmarks>/create/{model}.tsv"
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=of_model(STUDY.origin_settings),
        sources=of_model(STUDY.pretraining_sources),
        study=STUDY_FILE,
    shell:
        "python scripts/create.py --study {params.study} --model {wildcards.model} --reports {input.reports}"
        " --duplicates {input.duplicates} --splits {input.splits} --output {output} 2> {log}"


rule tokenize:
    input:
        reports="<results>/texts.parquet",
        checkpoint=created_of,
    output:
        directory("<results>/tokens/{model}"),
    log:
        "<logs>/tokenize/{model}.log",
    benchmark:
        "<benchmarks>/tokenize/{model}.tsv"
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        settings=of_model(STUDY.origin_settings),
        views=STUDY.views(),
        study=STUDY_FILE,
    shell:
        "python scripts/tokenize_reports.py --study {params.study} --model {wildcards.model}"
        " --reports {input.reports} --checkpoint {input.checkpoint} --output {output} 2> {log}"
