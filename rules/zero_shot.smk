# Frozen encoders: their vectors, zero-shot classification, and the probe.


rule embed:
    input:
        reports=LISTS,
        tokens=tokens_of,
        checkpoint=checkpoint_of,
    output:
        vectors="<results>/embeddings/{model}.parquet",
        costs="<results>/embeddings/{model}.json",
    log:
        "<logs>/embed/{model}.log",
    benchmark:
        "<benchmarks>/embed/{model}.tsv"
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=1,
    params:
        settings=of_model(STUDY.embed_settings),
        views=STUDY.views(),
        study=STUDY_FILE,
    shell:
        "python scripts/embed.py --study {params.study} --model {wildcards.model} --reports {input.reports}"
        " --tokens {input.tokens} --checkpoint {input.checkpoint}"
        " --output {output.vectors} --costs {output.costs} 2> {log}"


rule probe:
    input:
        labels="<results>/labels/{task}.parquet",
        split="<results>/splits/{task}.csv",
        embeddings=embeddings_of,
    output:
        predictions="<results>/predictions/{task}/{run}.parquet",
        costs="<results>/costs/{task}/{run}.json",
    log:
        "<logs>/probe/{task}/{run}.log",
    benchmark:
        "<benchmarks>/probe/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by("probe"),
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        settings=of_run(STUDY.probe_settings),
        study=STUDY_FILE,
    shell:
        "python scripts/probe.py --study {params.study} --task {wildcards.task} --run {wildcards.run}"
        " --labels {input.labels} --split {input.split} --embeddings {input.embeddings}"
        " --predictions {output.predictions} --costs {output.costs} 2> {log}"


rule zero_shot:
    input:
        split="<results>/splits/{task}.csv",
        embeddings=embeddings_of,
        tokens=tokens_of,
        checkpoint=checkpoint_of,
    output:
        answers="<results>/answers/{task}/{run}.parquet",
        costs="<results>/costs/{task}/{run}.json",
    log:
        "<logs>/zero_shot/{task}/{run}.log",
    benchmark:
        "<benchmarks>/zero_shot/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by(*ZERO_SHOT),
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=1,
    params:
        settings=of_run(STUDY.zero_shot_settings),
        study=STUDY_FILE,
    shell:
        "python scripts/zero_shot.py --study {params.study} --task {wildcards.task} --run {wildcards.run}"
        " --split {input.split} --embeddings {input.embeddings}"
        " --tokens {input.tokens} --checkpoint {input.checkpoint}"
        " --answers {output.answers} --costs {output.costs} 2> {log}"
