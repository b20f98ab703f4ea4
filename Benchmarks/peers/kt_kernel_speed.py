"""Times the routed experts of one layer beside ktransformers' kernels (PyPI kt-kernel), in one run.

    pip install torch; pip install --no-deps kt-kernel gguf; pip install numpy safetensors pyyaml tqdm requests
    python3 Benchmarks/peers/kt_kernel_speed.py --deepseek .build/release/deepseek --shape v2-lite --format int4

Prints milliseconds of one pass for each number of tokens, medians of runs with other random choices of experts each, and
the ratio. Ours includes the gate, theirs takes the choices as given.
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
parser.add_argument("--shape", default="v2-lite", choices=["v2-lite", "v2"])
parser.add_argument("--format", default="int4", choices=["int4", "int8"])
parser.add_argument("--tokens", default="1,16,512,2048")
parser.add_argument("--runs", type=int, default=5)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
parser.add_argument("--peer-only", action="store_true", help=argparse.SUPPRESS)
options = parser.parse_args()
TOKENS = [int(count) for count in options.tokens.split(",")]
#: Routed experts, experts per token, hidden size, width of an expert.
EXPERTS, CHOSEN, HIDDEN, WIDTH = {"v2-lite": (64, 6, 2048, 1408), "v2": (160, 6, 5120, 1536)}[options.shape]


def peer():
    import kt_kernel
    import torch

    kernels = kt_kernel.kt_kernel_ext
    workers = kernels.WorkerPoolConfig()
    workers.subpool_count, workers.subpool_numa_map, workers.subpool_thread_count = 1, [0], [options.threads]
    processor = kernels.CPUInfer(workers)
    torch.manual_seed(1)

    def weights(rows, columns):
        return (torch.randn(EXPERTS, rows, columns) / 50).bfloat16().contiguous()

    gate, up, down = weights(WIDTH, HIDDEN), weights(WIDTH, HIDDEN), weights(HIDDEN, WIDTH)
    settings = kernels.moe.MOEConfig(EXPERTS, CHOSEN, HIDDEN, WIDTH, 0)
    settings.max_len = max(TOKENS + [64])
    settings.gate_proj, settings.up_proj, settings.down_proj = gate.data_ptr(), up.data_ptr(), down.data_ptr()
    settings.pool = processor.backend_
    layer = {"int4": kernels.moe.AMXInt4_MOE, "int8": kernels.moe.AMXInt8_MOE}[options.format](settings)
    identity = torch.arange(EXPERTS, dtype=torch.int64)
    processor.submit(layer.load_weights_task(identity.data_ptr()))
    processor.sync()

    def milliseconds(tokens):
        choices = torch.stack([torch.randperm(EXPERTS)[:CHOSEN] for _ in range(tokens)]).contiguous()
        shares = torch.rand(tokens, CHOSEN).contiguous()
        inputs = (torch.randn(tokens, HIDDEN) / 10).bfloat16().contiguous()
        outputs = torch.empty(tokens, HIDDEN, dtype=torch.bfloat16)
        count = torch.tensor([tokens], dtype=torch.int32)
        start = time.perf_counter()
        processor.submit(layer.forward_task(
            count.data_ptr(), CHOSEN, choices.data_ptr(), shares.data_ptr(), inputs.data_ptr(), outputs.data_ptr(), False))
        processor.sync()
        return (time.perf_counter() - start) * 1000

    figures = {}
    for tokens in TOKENS:
        times = [milliseconds(tokens) for _ in range(options.runs + 2)]
        figures[str(tokens)] = statistics.median(times[2:])
    print("\n" + json.dumps(figures), flush=True)


def ours():
    command = [options.deepseek, "bench", "--shape", options.shape, "--experts-only", "--format", options.format, "--prompt",
               options.tokens, "--runs", str(options.runs), "--threads", str(options.threads), "--json"]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {str(row["tokens"]): row["milliseconds"] for row in rows}


def theirs():
    command = [sys.executable, __file__, "--peer-only", *sys.argv[1:]]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return json.loads(next(line for line in reversed(lines) if line.startswith("{")))


def main():
    pairs = []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        pairs.append((ours(), theirs()))
    rows = []
    for tokens in map(str, TOKENS):
        row = {
            "work": f"{options.shape} {options.format}, {tokens} tokens",
            "ours": statistics.median(mine[tokens] for mine, _ in pairs),
            "theirs": statistics.median(other[tokens] for _, other in pairs),
            "ratio": statistics.median(other[tokens] / mine[tokens] for mine, other in pairs)}
        rows.append(row)
        print(f"{row['work']:28}  ours {row['ours']:9.3f} ms  kt-kernel {row['theirs']:9.3f} ms  {row['ratio']:.2f} times as fast",
              file=sys.stderr)
    print(json.dumps({"peer": "kt-kernel", "unit": "ms", "rows": rows}))


if options.peer_only:
    peer()
else:
    main()
