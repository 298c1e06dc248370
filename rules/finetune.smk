# Finetuning: an encoder with a classification head, one job a run.


rule finetune:
    input:
        labels="<results>/labels/{task}.parquet",
        split="<results>/splits/{task}.csv",
        tokens=tokens_of,
        checkpoint=checkpoint_of,
    output:
        checkpoint=directory("<results>/checkpoints/{task}/{run}"),
        predictions="<results>/predictions/{task}/{run}.parquet",
        costs="<results>/costs/{task}/{run}.json",
    log:
        "<logs>/finetune/{task}/{run}.log",
    benchmark:
        "<benchmarks>/finetune/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by("finetuned"),
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=720,
        gpu=1,
    params:
        settings=of_run(STUDY.finetune_settings),
        study=STUDY_FILE,
        state=f"{RESULTS}/state/finetune/{{task}}/{{run}}",
    shell:
        "python scripts/finetune.py --study {params.study} --task {wildcards.task} --run {wildcards.run}"
        " --labels {input.labels} --split {input.split} --tokens {input.tokens}"
        " --checkpoint {input.checkpoint} --state {params.state} --output {output.checkpoint}"
        " --predictions {output.predictions} --costs {output.costs} 2> {log}"
