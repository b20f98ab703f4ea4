"""Training speed beside PyTorch: the same 16M-parameter V2, the same batches of random tokens, bfloat16.

    python3 Benchmarks/peers/pytorch_training.py --deepseek .build/release/deepseek

The network in PyTorch is written by hand: MLA through scaled_dot_product_attention, experts one after the other over the
rows that chose them, AdamW (fused where PyTorch has it), autocast to bfloat16. Rounds alternate; medians are printed.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

LENGTH, SEQUENCES = 512, 8
CONFIG = {
    "architectures": ["DeepseekV2ForCausalLM"], "model_type": "deepseek_v2", "vocab_size": 8192, "hidden_size": 256,
    "num_hidden_layers": 8, "num_attention_heads": 8, "num_key_value_heads": 8, "intermediate_size": 768,
    "max_position_embeddings": 4096, "q_lora_rank": 128, "kv_lora_rank": 128, "qk_nope_head_dim": 32,
    "qk_rope_head_dim": 16, "v_head_dim": 32, "n_routed_experts": 16, "n_shared_experts": 2, "num_experts_per_tok": 4,
    "moe_intermediate_size": 96, "n_group": 4, "topk_group": 2, "topk_method": "group_limited_greedy",
    "first_k_dense_replace": 1, "moe_layer_freq": 1, "routed_scaling_factor": 1.0, "norm_topk_prob": False,
    "scoring_func": "softmax", "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
    "attention_bias": False, "tie_word_embeddings": False, "bos_token_id": 0, "eos_token_id": 1,
}


def pytorch(steps):
    """One round; prints seconds of each step, the last loss and the peak memory."""
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    c = CONFIG
    hidden, heads = c["hidden_size"], c["num_attention_heads"]
    nope, rope, value = c["qk_nope_head_dim"], c["qk_rope_head_dim"], c["v_head_dim"]

    def linear(rows, columns):
        return nn.Linear(rows, columns, bias=False)

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.qa, self.qn = linear(hidden, c["q_lora_rank"]), nn.RMSNorm(c["q_lora_rank"], eps=1e-6)
            self.qb = linear(c["q_lora_rank"], heads * (nope + rope))
            self.kva, self.kvn = linear(hidden, c["kv_lora_rank"] + rope), nn.RMSNorm(c["kv_lora_rank"], eps=1e-6)
            self.kvb = linear(c["kv_lora_rank"], heads * (nope + value))
            self.o = linear(heads * value, hidden)

        def forward(self, x, cos, sin):
            b, t, _ = x.shape

            def turn(y):
                y = y.unflatten(-1, (-1, 2)).float()
                a, d = y[..., 0], y[..., 1]
                return torch.stack((a * cos - d * sin, d * cos + a * sin), -1).flatten(-2).to(x.dtype)

            q = self.qb(self.qn(self.qa(x))).view(b, t, heads, nope + rope).transpose(1, 2)
            q = torch.cat((q[..., :nope], turn(q[..., nope:])), -1)
            kv, k_pe = self.kva(x).split((c["kv_lora_rank"], rope), -1)
            kv = self.kvb(self.kvn(kv)).view(b, t, heads, nope + value).transpose(1, 2)
            k_pe = turn(k_pe[:, None]).expand(b, heads, t, rope)
            k, v = torch.cat((kv[..., :nope], k_pe), -1), kv[..., nope:]
            o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.o(o.transpose(1, 2).reshape(b, t, heads * value))

    class MLP(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.gate, self.up, self.down = linear(hidden, width), linear(hidden, width), linear(width, hidden)

        def forward(self, x):
            return self.down(F.silu(self.gate(x)) * self.up(x))

    class Mixture(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate = linear(hidden, c["n_routed_experts"])
            self.experts = nn.ModuleList(MLP(c["moe_intermediate_size"]) for _ in range(c["n_routed_experts"]))
            self.shared = MLP(c["moe_intermediate_size"] * c["n_shared_experts"])

        def forward(self, x):
            flat = x.flatten(0, 1)
            with torch.autocast("cpu", enabled=False):
                scores = F.linear(flat.float(), self.gate.weight).softmax(-1)
            groups = scores.unflatten(-1, (c["n_group"], -1)).amax(-1)
            best = torch.zeros_like(groups).scatter_(1, groups.topk(c["topk_group"], -1).indices, 1.0)
            masked = scores * best.repeat_interleave(c["n_routed_experts"] // c["n_group"], -1)
            weights, chosen = masked.topk(c["num_experts_per_tok"], -1)
            out = self.shared(flat)
            for number, expert in enumerate(self.experts):
                rows, place = (chosen == number).nonzero(as_tuple=True)
                if len(rows):
                    out = out.index_add(0, rows, (expert(flat[rows]) * weights[rows, place, None]).to(out.dtype))
            return out.view_as(x)

    class Layer(nn.Module):
        def __init__(self, index):
            super().__init__()
            self.n1, self.n2 = nn.RMSNorm(hidden, eps=1e-6), nn.RMSNorm(hidden, eps=1e-6)
            self.attention = Attention()
            self.mlp = Mixture() if index >= 1 else MLP(c["intermediate_size"])

        def forward(self, x, cos, sin):
            x = x + self.attention(self.n1(x), cos, sin)
            return x + self.mlp(self.n2(x))

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(c["vocab_size"], hidden)
            self.layers = nn.ModuleList(Layer(i) for i in range(c["num_hidden_layers"]))
            self.norm, self.head = nn.RMSNorm(hidden, eps=1e-6), linear(hidden, c["vocab_size"])
            angles = torch.outer(torch.arange(LENGTH).float(), 10000.0 ** -(torch.arange(0, rope, 2).float() / rope))
            self.register_buffer("cos", angles.cos())
            self.register_buffer("sin", angles.sin())

        def forward(self, ids):
            x = self.embed(ids)
            for layer in self.layers:
                x = layer(x, self.cos, self.sin)
            return self.head(self.norm(x))

    torch.manual_seed(0)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    model = Model()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=0.02)
    optimizer = torch.optim.AdamW(model.parameters(), lr=4.2e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    for _ in range(steps):
        ids = torch.randint(2, c["vocab_size"], (SEQUENCES, LENGTH + 1))
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids[:, :-1])
        loss = F.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        print(json.dumps({"seconds": time.perf_counter() - start, "loss": loss.item()}))
    print(json.dumps({
        "parameters": sum(p.numel() for p in model.parameters()),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


def round_of(command):
    """Lines of JSON that a command prints, and its peak memory."""
    before = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in process.stdout if line.startswith("{")]
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    return lines, usage.ru_maxrss / 1024, time.time() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deepseek", default=".build/release/deepseek")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only-pytorch", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_pytorch:
        return pytorch(options.steps)
    tokens = LENGTH * SEQUENCES
    ours, theirs, shares, memory = [], [], [], {"ours": 0, "theirs": 0}
    with tempfile.TemporaryDirectory() as folder:
        generator = random.Random(1)
        with open(folder + "/text.txt", "w") as f:
            for _ in range(40_000):
                f.write("".join(generator.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(30)) + "\n")
        subprocess.run([options.deepseek, "tokenizer", "train", folder + "/text.txt", "--vocabulary", "8192", "--output",
                        folder + "/tokenizer", "--quiet"], check=True)
        with open(folder + "/config.json", "w") as f:
            json.dump(CONFIG, f)
        for number in range(options.rounds):
            with open(folder + "/recipe.yaml", "w") as f:
                f.write(f"output: run{number}\nmodel: {{config: config.json, init_std: 0.02}}\ntokenizer: tokenizer\n"
                        f"data: [{{path: text.txt}}]\nsteps: {options.steps}\nsequence: {{length: {LENGTH}}}\n"
                        f"batch: {{sequences: {SEQUENCES}, pass: {SEQUENCES}}}\n"
                        "optimizer: {warmup_steps: 1}\ncheckpoint: {every: 1000000}\n")
            lines, peak, _ = round_of([options.deepseek, "train", folder + "/recipe.yaml", "--json", "--quiet"])
            ours.append(statistics.median(line["tokens_per_second"] for line in lines[1:]))
            shares.append(statistics.median(line["ceiling_share"] for line in lines[1:]))
            memory["ours"] = max(memory["ours"], peak)
            lines, peak, _ = round_of([sys.executable, __file__, "--only-pytorch", "--steps", str(options.steps)])
            theirs.append(tokens / statistics.median(line["seconds"] for line in lines[1:-1]))
            memory["theirs"] = max(memory["theirs"], peak)
            print(f"round {number + 1}: ours {ours[-1]:.0f} tokens/s, PyTorch {theirs[-1]:.0f}, "
                  f"ratio {ours[-1] / theirs[-1]:.2f}", flush=True)
    print(json.dumps({
        "ours_tokens_per_second": round(statistics.median(ours)),
        "pytorch_tokens_per_second": round(statistics.median(theirs)),
        "ratio": round(statistics.median(a / b for a, b in zip(ours, theirs)), 2),
        "share_of_ceiling": round(statistics.median(shares), 3),
        "ours_peak_megabytes": round(memory["ours"]), "pytorch_peak_megabytes": round(memory["theirs"]),
    }, indent=1))


if __name__ == "__main__":
    main()
