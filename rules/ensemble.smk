# Ensembles: the probabilities of a task's runs, averaged.


rule ensemble:
    input:
        predictions=members_of("<results>/predictions/{task}/{run}.parquet"),
        costs=members_of("<results>/costs/{task}/{run}.json"),
    output:
        predictions="<results>/predictions/{task}/{run}.parquet",
        costs="<results>/costs/{task}/{run}.json",
    log:
        "<logs>/ensemble/{task}/{run}.log",
    benchmark:
        "<benchmarks>/ensemble/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by(*APPROACHES["ensemble"]),
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=of_run(STUDY.ensemble_settings),
        study=STUDY_FILE,
    shell:
        "python scripts/ensemble.py --study {params.study} --task {wildcards.task} --run {wildcards.run}"
        " --member-predictions {input.predictions} --member-costs {input.costs}"
        " --predictions {output.predictions} --costs {output.costs} 2> {log}"
