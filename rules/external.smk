# External models: their raw answers from a file, judged like any other run.


rule external:
    input:
        labels="<results>/labels/{task}.parquet",
        split="<results>/splits/{task}.csv",
        answers=answers_of,
    output:
        predictions="<results>/predictions/{task}/{run}.parquet",
        costs="<results>/costs/{task}/{run}.json",
    log:
        "<logs>/external/{task}/{run}.log",
    benchmark:
        "<benchmarks>/external/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by(*APPROACHES["external"]),
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=of_run(STUDY.external_settings),
        study=STUDY_FILE,
    shell:
        "python scripts/external.py --study {params.study} --task {wildcards.task} --run {wildcards.run}"
        " --labels {input.labels} --split {input.split} --answers {input.answers}"
        " --predictions {output.predictions} --costs {output.costs} 2> {log}"
