"""LLMs behind a server: a real one on the loopback, that answers, fails, stalls or sends elsewhere."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import little_study
import pandas as pd
import pytest
import tiny_decoders
import torch
from little_study import CLASSES
from repository import REPOSITORY

from small_or_large import checkpoints, predictions
from small_or_large.errors import StudyError
from small_or_large.servers import check_address


class Completions:
    """An OpenAI-compatible server around a tiny decoder; `misbehave(body, count)` may return (status, headers)."""

    def __init__(self, folder):
        self.model = checkpoints.load_decoder(folder)
        self.tokenizer = checkpoints.load_tokenizer(folder)
        self.requests, self.headers, self.misbehave, self.models = [], [], lambda body, count: None, ["tiny"]
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def reply(self, status, value, headers=()):
                data = json.dumps(value).encode()
                self.send_response(status)
                for name, text in [("Content-Length", str(len(data))), *headers]:
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                outer.headers.append({name.lower(): text for name, text in self.headers.items()})
                self.reply(
                    200, {"object": "list", "data": [{"id": m, "object": "model"} for m in outer.models]}
                )

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with outer._lock:
                    outer.requests.append(body)
                    outer.headers.append({name.lower(): text for name, text in self.headers.items()})
                    count = len(outer.requests)
                    outer.at_once += 1
                    outer.most_at_once = max(outer.most_at_once, outer.at_once)
                try:
                    wrong = outer.misbehave(body, count)
                    if wrong:
                        self.reply(
                            wrong[0], {"error": {"message": body["messages"][0]["content"]}}, wrong[1:]
                        )
                    else:
                        said = outer.answer(body)
                        choice = {
                            "index": 0,
                            "finish_reason": "stop",
                            "message": {"role": "assistant", "content": said},
                        }
                        self.reply(200, {"id": "x", "object": "chat.completion", "choices": [choice]})
                finally:
                    with outer._lock:
                        outer.at_once -= 1

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, body):
        ids = self.tokenizer.apply_chat_template(
            body["messages"], add_generation_prompt=True, return_dict=True, return_tensors="pt"
        )["input_ids"]
        if "response_format" in body:
            names = body["response_format"]["json_schema"]["schema"]["properties"]["answer"]["enum"]
            with torch.inference_mode():
                logits = self.model(ids).logits[0, -1]
            first = [
                float(logits[self.tokenizer(n, add_special_tokens=False)["input_ids"][0]]) for n in names
            ]
            return json.dumps({"answer": names[first.index(max(first))]})
        with self._lock, torch.inference_mode():
            out = self.model.generate(ids, max_new_tokens=body["max_tokens"], do_sample=False)
        return self.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(tmp_path):
    server = Completions(tiny_decoders.make(tmp_path / "model", chat=True))
    yield server
    server.close()


def study(folder, url, allowed=0.0, **more):
    asked = {"retries": 2, "timeout": 5, "concurrency": 3, "max_new_tokens": 4, "max_report_tokens": 20}
    options = little_study.write(
        folder,
        reports=48,
        settings={
            "llm": asked | more.pop("llm", {}),
            "inference": {"parts": ["test"], "allowed_errors": allowed},
        },
        models={"asked": {"kind": "decoder", "server": {"url": url, "model": "tiny", **more}}},
    )
    return options | {
        "--prompt": str(REPOSITORY / "prompts" / "classify.txt"),
        "--state": str(folder / "answers.jsonl"),
    }


def ask(monkeypatch, options, approach="choice"):
    little_study.ask(monkeypatch, options, f"asked.{approach}.seed0")
    return predictions.read(options["--predictions"], list(CLASSES))


def test_a_server_answers_by_choice_and_by_free_text(tmp_path, server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "another-key")
    monkeypatch.setenv("OPENAI_ORG_ID", "another-organization")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    options = study(tmp_path, server.url)
    found = ask(monkeypatch, options)
    assert len(found) == 12 and found["prediction"].notna().all()
    assert set(found["status"]) == {"truncated"}
    assert (found["seconds"] > 0).all()
    costs = json.loads((tmp_path / "costs.json").read_text())
    assert costs["device"] is None and costs["peak_memory_mib"] is None and costs["reports_per_second"] > 0
    assert len(server.requests) == 12
    assert all("<report>" in body["messages"][0]["content"] for body in server.requests)
    assert {body["temperature"] for body in server.requests} == {0}
    assert not any({"authorization", "openai-organization"} & set(headers) for headers in server.headers)
    assert 2 <= server.most_at_once <= 3
    found = ask(monkeypatch, options, "free_text")
    assert set(found["status"]) == {"invalid"}


def test_the_key_comes_from_the_named_variable(tmp_path, server, monkeypatch):
    options = study(tmp_path, server.url, key_variable="KEY_OF_THE_TEST")
    with pytest.raises(StudyError, match="KEY_OF_THE_TEST"):
        ask(monkeypatch, options)
    assert not server.headers
    monkeypatch.setenv("KEY_OF_THE_TEST", "secret")
    ask(monkeypatch, options)
    assert {headers["authorization"] for headers in server.headers} == {"Bearer secret"}


def test_passing_failures_are_tried_again(tmp_path, server, monkeypatch):
    server.misbehave = lambda body, count: (500, ("retry-after-ms", "5")) if count % 2 else None
    found = ask(monkeypatch, study(tmp_path, server.url, llm={"concurrency": 1}))
    assert found["prediction"].notna().all()
    assert len(server.requests) == 24


def test_lasting_failures_are_errors_and_not_wrong_answers(tmp_path, server, monkeypatch, caplog):
    marked = server_marks(tmp_path, server)
    options = study(tmp_path, server.url, allowed=0.2, llm={"retries": 1})
    found = ask(monkeypatch, options).set_index("report_id")
    assert found.loc[marked, "status"].tolist() == ["error"] * 2
    assert found.loc[marked, "prediction"].isna().all()
    assert (found["status"] == "error").sum() == 2
    assert "status 503" in caplog.text
    assert "specimen" not in caplog.text


def server_marks(folder, server, status=503):
    """Make the server fail for two reports of the test part; returns their ids."""
    options = study(folder, server.url)
    split = pd.read_csv(options["--split"])
    texts = pd.read_parquet(options["--reports"]).set_index("report_id")["text"]
    marked = split.loc[split["part"] == "test", "report_id"].tolist()[:2]
    begins = [texts[name][:60] for name in marked]
    server.misbehave = lambda body, count: (
        (status,) if any(begin in body["messages"][0]["content"] for begin in begins) else None
    )
    return marked


def test_too_many_failures_stop_the_run_and_a_restart_asks_only_what_is_left(tmp_path, server, monkeypatch):
    server_marks(tmp_path, server)
    options = study(tmp_path, server.url, llm={"retries": 0, "concurrency": 1})
    with pytest.raises(StudyError, match="more than inference.allowed_errors"):
        ask(monkeypatch, options)
    assert not (tmp_path / "predictions.parquet").exists()
    answered = len((tmp_path / "answers.jsonl").read_text().splitlines()) - 1
    server.misbehave = lambda body, count: None
    server.requests.clear()
    found = ask(monkeypatch, options)
    assert len(server.requests) == 12 - answered
    assert found["prediction"].notna().all()


def test_a_stalled_request_times_out_and_is_an_error(tmp_path, server, monkeypatch):
    server.misbehave = lambda body, count: time.sleep(1.0) if count == 1 else None
    options = study(tmp_path, server.url, allowed=0.1, llm={"timeout": 0.4, "retries": 0, "concurrency": 1})
    found = ask(monkeypatch, options)
    assert (found["status"] == "error").sum() == 1


def test_a_redirect_is_not_followed(tmp_path, server, monkeypatch):
    elsewhere = Completions(tmp_path / "model")
    to = ("Location", elsewhere.url + "/chat/completions")
    server.misbehave = lambda body, count: (307, to)
    with pytest.raises(StudyError, match="status 307"):
        ask(monkeypatch, study(tmp_path, server.url))
    elsewhere.close()
    assert not elsewhere.requests


def test_a_server_that_knows_no_schema(tmp_path, server, monkeypatch):
    server.misbehave = lambda body, count: (422,)
    with pytest.raises(StudyError, match="use free_text"):
        ask(monkeypatch, study(tmp_path, server.url))


def test_no_server_there(tmp_path, server, monkeypatch):
    server.close()
    with pytest.raises(StudyError, match="no server answers there"):
        ask(monkeypatch, study(tmp_path, server.url))


@pytest.mark.parametrize(
    "url",
    [
        "http://registry.example.org/v1",
        "http://192.168.1.7:8000/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org/v1",
        "http://0.0.0.0:8000/v1",
        "http://[2001:db8::1]/v1",
        "https://10.0.0.1/v1",
    ],
)
def test_reports_do_not_leave_this_machine(url):
    with pytest.raises(StudyError, match="allow_remote: true"):
        check_address(url, allow_remote=False)
    check_address(url, allow_remote=True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/v1", "http://[::1]:8000/v1", "http://localhost:1/v1"])
def test_the_loopback_is_this_machine(url):
    check_address(url, allow_remote=False)


@pytest.mark.parametrize("url", ["http://127.0.0.1@example.org/v1", "ftp://127.0.0.1/v1", "127.0.0.1:8000"])
def test_strange_addresses_are_refused(url):
    with pytest.raises(StudyError):
        check_address(url, allow_remote=False)


def test_the_address_is_refused_before_anything_is_sent(tmp_path, monkeypatch):
    import socket

    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was opened"))
    with pytest.raises(StudyError, match="allow_remote: true"):
        ask(monkeypatch, study(tmp_path, "http://registry.example.org/v1"))
