# Pretraining on the study's own text: masked language modelling for encoders, next-token prediction for decoders.


rule pretrain:
    input:
        reports="<results>/texts.parquet",
        duplicates="<results>/duplicates.parquet",
        splits=SPLITS,
        tokens=tokens_of,
        checkpoint=origin_of,
    output:
        directory("<results>/checkpoints/{model}"),
    log:
        "<logs>/pretrain/{model}.log",
    benchmark:
        "<benchmarks>/pretrain/{model}.tsv"
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=1440,
        gpu=1,
        tasks=1,
    params:
        settings=of_model(STUDY.pretrain_settings),
        study=STUDY_FILE,
        state=f"{RESULTS}/state/pretrain/{{model}}",
    shell:
        "scripts/launch.sh {resources.tasks} scripts/pretrain.py --study {params.study} --model {wildcards.model} --reports {input.reports}"
        " --duplicates {input.duplicates} --splits {input.splits} --tokens {input.tokens}"
        " --checkpoint {input.checkpoint} --state {params.state} --output {output} 2> {log}"
