"""Compares the speed of `deepseek bench` with llama.cpp on V2-Lite's shape, in one run.

    pip install llama-cpp-python gguf numpy
    python3 Benchmarks/peers/random_gguf.py lite.gguf --tokenizer FOLDER
    python3 Benchmarks/peers/llama_cpp_speed.py --deepseek .build/release/deepseek --gguf lite.gguf --format int4

Prints a line per amount of work: tokens per second of both, and the ratio. Rounds alternate, medians count.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--deepseek", default=".build/release/deepseek")
parser.add_argument("--gguf", required=True)
parser.add_argument("--format", default="int4", help="of our weights: int4, int8 or bf16")
parser.add_argument("--prompt", type=int, default=512)
parser.add_argument("--generate", type=int, default=64)
parser.add_argument("--sequences", type=int, default=1)
parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--peer-only", action="store_true", help=argparse.SUPPRESS)
options = parser.parse_args()


def peer():
    """One warming pass and one timed pass of llama.cpp, in a process of its own."""
    import llama_cpp

    llama_cpp.llama_backend_init()
    model = llama_cpp.llama_model_load_from_file(options.gguf.encode(), llama_cpp.llama_model_default_params())
    if not model:
        sys.exit(f"{options.gguf}: llama.cpp cannot open it")
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx = options.sequences * (options.prompt + options.generate + 16)
    settings.n_batch = max(options.prompt, options.sequences, 512)
    settings.n_seq_max = options.sequences
    settings.n_threads = settings.n_threads_batch = options.threads
    context = llama_cpp.llama_init_from_model(model, settings)
    memory = llama_cpp.llama_get_memory(context)

    def step(rows):
        """Computes (token, position, sequence, whether its logits are wanted) rows."""
        batch = llama_cpp.llama_batch_init(len(rows), 0, 1)
        batch.n_tokens = len(rows)
        for index, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[index], batch.pos[index] = token, position
            batch.n_seq_id[index], batch.seq_id[index][0] = 1, sequence
            batch.logits[index] = wanted
        if llama_cpp.llama_decode(context, batch):
            sys.exit("llama.cpp cannot compute the batch")
        llama_cpp.llama_synchronize(context)
        llama_cpp.llama_batch_free(batch)

    for _ in range(2):
        llama_cpp.llama_memory_clear(memory, True)
        start = time.perf_counter()
        for sequence in range(options.sequences):
            step([(7 + 13 * n % 99991, n, sequence, n == options.prompt - 1) for n in range(options.prompt)])
        middle = time.perf_counter()
        for n in range(options.generate):
            step([(11 + 29 * (n + s) % 99991, options.prompt + n, s, True) for s in range(options.sequences)])
        end = time.perf_counter()
    total = options.sequences
    print(json.dumps({"prompt": options.prompt * total / (middle - start), "generation": options.generate * total / (end - middle)}))


def run(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def main():
    theirs, ours = [], []
    work = ["--prompt", str(options.prompt), "--generate", str(options.generate), "--sequences", str(options.sequences),
            "--threads", str(options.threads)]
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        theirs.append(run([sys.executable, __file__, "--peer-only", "--gguf", options.gguf, *work]))
        bench = run([options.deepseek, "bench", "--shape", "v2-lite", "--format", options.format, "--runs", "1", "--json", *work])[0]
        ours.append({"prompt": bench["prompt_tokens_per_second"], "generation": bench["generation_tokens_per_second"],
                     "share": bench["share_of_bandwidth"], "ceiling": bench["share_of_ceiling"]})
    rows = []
    context = f"{options.format}, {options.sequences} sequences of {options.prompt} + {options.generate}"
    for kind in ("prompt", "generation"):
        mine, other = (statistics.median(figures[kind] for figures in side) for side in (ours, theirs))
        ratio = statistics.median(a[kind] / b[kind] for a, b in zip(ours, theirs))
        print(f"{kind:10}  ours {mine:8.2f}  llama.cpp {other:8.2f}  ratio {ratio:.2f}", file=sys.stderr)
        rows.append({"work": f"{context}, {kind}", "ours": mine, "theirs": other, "ratio": ratio})
    print(f"share of bandwidth {statistics.median(f['share'] for f in ours):.2f}, "
          f"of the ceiling of products {statistics.median(f['ceiling'] for f in ours):.2f}", file=sys.stderr)
    print(json.dumps({"peer": "llama.cpp", "rows": rows}))


if options.peer_only:
    peer()
else:
    main()
