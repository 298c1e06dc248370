# Evaluation: metrics, paired comparisons and the recommendation, from predictions alone; no model is loaded.


rule evaluate:
    input:
        all_predictions(),
    output:
        metrics="<results>/metrics.csv",
    log:
        "<logs>/evaluate.log",
    benchmark:
        "<benchmarks>/evaluate.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=STUDY.metrics_settings(),
        study=STUDY_FILE,
        results=subpath(output.metrics, parent=True),
    shell:
        "python scripts/evaluate.py --study {params.study} --predictions {params.results}/predictions"
        " --output {output.metrics} 2> {log}"


rule compare:
    input:
        predictions=all_predictions(),
        metrics="<results>/metrics.csv",
    output:
        comparisons="<results>/comparisons.csv",
    log:
        "<logs>/compare.log",
    benchmark:
        "<benchmarks>/compare.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=STUDY.comparison_settings(),
        study=STUDY_FILE,
        results=subpath(output.comparisons, parent=True),
    shell:
        "python scripts/compare.py --study {params.study} --predictions {params.results}/predictions"
        " --metrics {input.metrics} --output {output.comparisons} 2> {log}"


rule recommend:
    input:
        predictions=all_predictions(),
        costs=all_costs(),
        metrics="<results>/metrics.csv",
        comparisons="<results>/comparisons.csv",
        splits=SPLITS,
    output:
        recommendation="<results>/recommendation.json",
        metrics="<results>/metrics.json",
        plots=directory("<results>/plots"),
    log:
        "<logs>/recommend.log",
    benchmark:
        "<benchmarks>/recommend.tsv"
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        settings=STUDY.comparison_settings(),
        study=STUDY_FILE,
        results=subpath(output.recommendation, parent=True),
    shell:
        "python scripts/recommend.py --study {params.study} --predictions {params.results}/predictions"
        " --costs {params.results}/costs --splits {params.results}/splits --metrics {input.metrics} --comparisons {input.comparisons}"
        " --output {output.recommendation} --summary {output.metrics} --plots {output.plots} 2> {log}"
