"""`snakemake`, looking at Slurm's jobs every second.

By itself its Slurm plugin waits ten seconds longer after each look that found no job ended, whatever it is told: on a
cluster that spares the scheduler, here the test would wait a third of its time for jobs that have long ended.
"""

import asyncio
import sys

from snakemake.cli import main
from snakemake_interface_executor_plugins.executors.remote import RemoteExecutor


async def a_second(executor: RemoteExecutor) -> None:
    """The wait between two looks."""
    await asyncio.sleep(1)


if __name__ == "__main__":
    RemoteExecutor.sleep = a_second
    sys.exit(main())
