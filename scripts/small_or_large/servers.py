"""Decoders behind an OpenAI-compatible server (vLLM, llama.cpp, Ollama, `transformers serve`).

Reports go to this machine only, unless the study allows a named host: the address is checked before anything is sent,
proxies of the environment are not used and redirects not followed.
"""

import ipaddress
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any
from urllib.parse import urlsplit

from small_or_large.errors import StudyError
from small_or_large.prompts import Prompt

log = logging.getLogger(__name__)
# One line a request would bury the log.
for _library in ("httpx2", "openai"):
    logging.getLogger(_library).setLevel(logging.WARNING)

# A server's tokenizer is not at hand: English clinical text has about four characters a token.
CHARACTERS_PER_TOKEN = 4


def check_address(url: str, allow_remote: bool) -> None:
    """StudyError unless `url` is on this machine's loopback, or remote and allowed."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise StudyError(f"models.<model>.server.url: {url!r} is no http(s) address")
    if parts.username or parts.password:
        raise StudyError(
            "models.<model>.server.url holds a user name or password; name the variable of a key by key_variable"
        )
    if _is_loopback(host):
        return
    if not allow_remote:
        raise StudyError(
            f"models.<model>.server.url: {host} is not this machine, and reports go to a loopback address only. Run "
            "the server here or tunnel to it (ssh -L); or, if you may send reports there, set allow_remote: true"
        )
    log.warning("reports are sent to %s, as the study allows", host)
    if parts.scheme == "http":
        log.warning("the connection to %s is not encrypted; use https", host)


def _is_loopback(host: str) -> bool:
    """Whether a host is an address of the loopback, or `localhost` and resolves to nothing else.

    Other names are not looked up: what they resolve to may be another address a moment later.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        if host != "localhost":
            return False
    try:
        found = {item[4][0] for item in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(address).is_loopback for address in found)


class Server:
    """An OpenAI-compatible server that is asked about reports, several at a time."""

    def __init__(
        self, settings: dict[str, Any], llm: dict[str, Any], prompt: Prompt, classes: list[str], seed: int
    ):
        """settings: the model's `server` section; llm: the study's `llm` section.

        Raises StudyError, before any report is sent, where the address may not be used, the key's variable is empty,
        or nothing answers there.
        """
        check_address(settings["url"], settings["allow_remote"])
        self._prompt, self._llm, self._model, self._seed = prompt, llm, settings["model"], seed
        self._classes = classes
        self._client, self._headers = _client(settings, llm)
        self._check_alive(settings["url"])

    def _check_alive(self, url: str) -> None:
        import openai

        try:
            listed = self._client.models.list(extra_headers=self._headers, timeout=10)
            models = [model.id for model in listed.data or []]
        except openai.APIConnectionError:
            raise StudyError(
                f"{url}: no server answers there; start it (for example `vllm serve MODEL`) or correct "
                "models.<model>.server.url"
            ) from None
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise StudyError(
                f"{url}: the server refuses the key (status {error.status_code}); set models.<model>.server."
                "key_variable to the environment variable that holds a valid one"
            ) from None
        except openai.APIError:
            return  # not every server lists its models
        if models and self._model not in models:
            log.warning("%s lists no model %s; it lists %s", url, self._model, ", ".join(models[:10]))

    def read(self, report: str) -> tuple[str, bool]:
        """The prompt about a report, and whether the report had to be cut (its end is left out)."""
        room = self._llm["max_report_tokens"] * CHARACTERS_PER_TOKEN
        return self._prompt.about(report[:room]), len(report) > room

    def ask(self, prompts: list[str], constrained: bool) -> Iterator[tuple[int, str | None, str, float]]:
        """Answers as they come: position of the prompt, answer (None where the request failed in the end), kind of
        failure, seconds.

        constrained: the server is asked to answer by a JSON schema that knows nothing but the classes.
        """
        form = {"response_format": _schema(self._classes)} if constrained else {}
        with ThreadPoolExecutor(self._llm["concurrency"]) as pool:
            waiting = {pool.submit(self._answer, prompt, form): k for k, prompt in enumerate(prompts)}
            try:
                for future in as_completed(waiting):
                    yield waiting.pop(future), *future.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _answer(self, prompt: str, form: dict[str, Any]) -> tuple[str | None, str, float]:
        import openai

        started = time.perf_counter()
        try:
            reply = self._client.chat.completions.create(
                model=self._model,
                messages=[{"role": "user", "content": prompt}],
                max_tokens=self._llm["max_new_tokens"],
                temperature=self._llm["temperature"],
                seed=self._seed,
                extra_headers=self._headers,
                **form,
            )
            choices = reply.choices or []
        except openai.APIStatusError as error:
            # A server's message may repeat the prompt: only the status is told.
            return None, f"status {error.status_code}", time.perf_counter() - started
        except (openai.APIError, json.JSONDecodeError) as error:
            return None, type(error).__name__, time.perf_counter() - started
        if not choices:
            return None, "reply without choices", time.perf_counter() - started
        return choices[0].message.content or "", "", time.perf_counter() - started


def _schema(classes: list[str]) -> dict[str, Any]:
    properties = {"answer": {"type": "string", "enum": classes}}
    return {
        "type": "json_schema",
        "json_schema": {
            "name": "answer",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": properties,
                "required": ["answer"],
                "additionalProperties": False,
            },
        },
    }


def _client(settings: dict[str, Any], llm: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The client and the headers of its requests: nothing of the environment but the key that the study names."""
    import httpx2
    import openai

    variable = settings["key_variable"]
    if variable and not os.environ.get(variable):
        raise StudyError(f"environment variable {variable} (models.<model>.server.key_variable) is empty")
    client = openai.OpenAI(
        base_url=settings["url"],
        api_key=os.environ[variable] if variable else "none",
        timeout=llm["timeout"],
        max_retries=llm["retries"],
        http_client=httpx2.Client(trust_env=False, follow_redirects=False, timeout=llm["timeout"]),
    )
    # The library takes these from the environment and would send them to any server.
    client.organization = client.project = None
    return client, {} if variable else {"Authorization": openai.Omit()}
