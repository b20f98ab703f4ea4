"""killed_client.py BASE_URL MODEL KEY: reads streams until the server is gone, and prints how many there were and how
many tokens came over all of them."""

import json
import sys
import threading

try:
    import httpx
except ImportError:
    sys.exit(77)

base, model, key = sys.argv[1:4]
streams = 4
counts = [0] * streams


def read(index):
    # With log-probabilities each token has a chunk of its own.
    body = {"model": model, "prompt": "x", "max_tokens": 60000, "ignore_eos": True, "stream": True, "logprobs": 0}
    headers = {"authorization": f"Bearer {key}"}
    try:
        with httpx.stream("POST", f"{base}/completions", json=body, headers=headers, timeout=60) as answer:
            # Not by iter_lines, which also cuts at the line ends of Unicode that random text holds.
            rest = b""
            for piece in answer.iter_raw():
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    if line.startswith(b"data: {"):
                        logprobs = json.loads(line[6:])["choices"][0]["logprobs"]
                        counts[index] += len(logprobs["tokens"]) if logprobs else 0
    except httpx.HTTPError:
        pass


threads = [threading.Thread(target=read, args=(index,)) for index in range(streams)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"streams": streams, "tokens": sum(counts)}))
