# The baseline: TF-IDF with logistic regression. Who cannot beat it needs no language model.


rule baseline:
    input:
        reports="<results>/texts.parquet",
        labels="<results>/labels/{task}.parquet",
        split="<results>/splits/{task}.csv",
    output:
        predictions="<results>/predictions/{task}/{run}.parquet",
        costs="<results>/costs/{task}/{run}.json",
    log:
        "<logs>/baseline/{task}/{run}.log",
    benchmark:
        "<benchmarks>/baseline/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by(*APPROACHES["baseline"]),
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=of_run(STUDY.baseline_settings),
        study=STUDY_FILE,
    shell:
        "python scripts/baseline.py --study {params.study} --task {wildcards.task} --run {wildcards.run}"
        " --reports {input.reports} --labels {input.labels} --split {input.split}"
        " --predictions {output.predictions} --costs {output.costs} 2> {log}"
