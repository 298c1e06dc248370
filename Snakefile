# Small or large? From reports to the page that says which language model should read them.
#
#   snakemake --cores all                                    the default study, config.yaml
#   snakemake --cores all --configfile studies/tcga.yaml     another study, which replaces the default whole
#
# One file of rules a stage; the commands they call are in scripts/, the study file is described in docs/study.md.
from snakemake.utils import min_version

min_version("9.0")


# A study given with --configfile replaces the default one whole: merged, keys of the default would leak into it.
if not workflow.overwrite_configfiles:

    configfile: "config.yaml"


include: "rules/common.smk"


pathvars:
    results=RESULTS,
    logs=f"logs/{STUDY.study}",
    benchmarks=f"{RESULTS}/benchmarks",


include: "rules/ingest.smk"
include: "rules/split.smk"
include: "rules/tokenize.smk"
include: "rules/pretrain.smk"
include: "rules/finetune.smk"
include: "rules/zero_shot.smk"
include: "rules/llm.smk"
include: "rules/label_answers.smk"
include: "rules/external.smk"
include: "rules/baseline.smk"
include: "rules/ensemble.smk"
include: "rules/evaluate.smk"
include: "rules/report.smk"


localrules:
    all,


rule all:
    default_target: True
    input:
        "<results>/preflight.json",
        "<results>/report.html",
        "<results>/metrics.json",
        "<results>/recommendation.json",
