# LLMs: decoders asked by a prompt, in process or behind a server, without knowing any label.


rule llm:
    input:
        reports="<results>/texts.parquet",
        split="<results>/splits/{task}.csv",
        prompt=prompt_of,
        checkpoint=checkpoint_of,
    output:
        answers="<results>/answers/{task}/{run}.parquet",
        costs="<results>/costs/{task}/{run}.json",
    log:
        "<logs>/llm/{task}/{run}.log",
    benchmark:
        "<benchmarks>/llm/{task}/{run}.tsv"
    wildcard_constraints:
        run=runs_by(*APPROACHES["decoder"]),
    conda:
        "../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=16000,
        runtime=1440,
        gpu=1,
    params:
        settings=of_run(STUDY.llm_settings),
        study=STUDY_FILE,
        state=f"{RESULTS}/state/llm/{{task}}/{{run}}.jsonl",
    shell:
        "python scripts/llm.py --study {params.study} --task {wildcards.task} --run {wildcards.run}"
        " --reports {input.reports} --split {input.split} --prompt {input.prompt}"
        " --checkpoint {input.checkpoint} --state {params.state}"
        " --answers {output.answers} --costs {output.costs} 2> {log}"
