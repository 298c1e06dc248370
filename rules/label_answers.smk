# Models that are asked without labels, as they are: their answers become predictions with the labels beside them.


rule label_answers:
    input:
        answers="<results>/answers/{task}/{run}.parquet",
        labels="<results>/labels/{task}.parquet",
    output:
        predictions="<results>/predictions/{task}/{run}.parquet",
    log:
        "<logs>/label_answers/{task}/{run}.log",
    benchmark:
        "<benchmarks>/label_answers/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by(*UNLABELLED),
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        classes=of_task(STUDY.class_names),
        study=STUDY_FILE,
    shell:
        "python scripts/label_answers.py --study {params.study} --task {wildcards.task}"
        " --answers {input.answers} --labels {input.labels} --predictions {output.predictions} 2> {log}"
