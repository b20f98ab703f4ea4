"""PyPI's openai client against a running server: openai_client.py BASE_URL MODEL KEY. Prints the checks that passed."""

import json
import sys
import threading
import time

try:
    import httpx
    import openai
except ImportError:
    sys.exit(77)

base, model, key = sys.argv[1:4]
client = openai.OpenAI(base_url=base, api_key=key, max_retries=0, timeout=60)
messages = [{"role": "user", "content": "Hello"}]


def check(name, holds):
    if not holds:
        sys.exit(f"failed: {name}")
    print(name)


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error
    sys.exit(f"failed: {kind.__name__} was expected")


def running():
    lines = httpx.get(base.removesuffix("/v1") + "/metrics", headers={"authorization": "Bearer metrics"}).text.splitlines()
    return [line for line in lines if line.startswith("deepseek_answers_active ")][0].endswith(" 0") is False


# Chat
answer = client.chat.completions.create(model=model, messages=messages, max_tokens=8, seed=1, n=2)
check("chat", len(answer.choices) == 2 and answer.choices[0].message.role == "assistant")
check("usage", answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens)
text = answer.choices[0].message.content

# Stream
pieces, usage, reason = "", None, None
for chunk in client.chat.completions.create(
    model=model, messages=messages, max_tokens=8, seed=1, stream=True, stream_options={"include_usage": True}
):
    if chunk.choices:
        pieces += chunk.choices[0].delta.content or ""
        reason = chunk.choices[0].finish_reason or reason
    usage = chunk.usage or usage
check("stream", pieces == text and reason in ("stop", "length") and usage.completion_tokens > 0)

# Log-probabilities
answer = client.chat.completions.create(
    model=model, messages=messages, max_tokens=4, logprobs=True, top_logprobs=2, extra_body={"top_k": 1}
)
content = answer.choices[0].logprobs.content
check("logprobs", all(len(token.top_logprobs) == 2 and token.logprob <= 0 for token in content))

# Completions
answer = client.completions.create(model=model, prompt="Once", max_tokens=4, echo=True, logprobs=1, temperature=0)
check("completions", answer.choices[0].text.startswith("Once") and answer.object == "text_completion")
check("prompt logprobs", len(answer.choices[0].logprobs.token_logprobs) == len(answer.choices[0].logprobs.tokens))
streamed = client.completions.create(model=model, prompt="Once", max_tokens=4, temperature=0, stream=True)
check("completion stream", "Once" + "".join(c.choices[0].text for c in streamed) == answer.choices[0].text)

# Responses
response = client.responses.create(model=model, input="Hello", max_output_tokens=8)
check("responses", response.output_text is not None and response.usage.output_tokens > 0)
kinds = [e.type for e in client.responses.create(model=model, input="Hello", max_output_tokens=8, stream=True)]
check("response stream", kinds[0] == "response.created" and kinds[-1] in ("response.completed", "response.incomplete"))

# Models
check("models", [m.id for m in client.models.list()] == [model] and client.models.retrieve(model).id == model)

# Errors
error = refused(openai.UnprocessableEntityError, lambda: client.chat.completions.create(model=model, messages=messages, temperature=9))
check("422", error.body["param"] == "temperature" and error.request_id.startswith("req_"))
refused(openai.BadRequestError, lambda: client.chat.completions.create(model=model, messages="Hello"))
refused(openai.NotFoundError, lambda: client.chat.completions.create(model="other", messages=messages))
refused(openai.BadRequestError, lambda: client.embeddings.create(model=model, input="Hello"))
other = openai.OpenAI(base_url=base, api_key="sk-" + "a" * 52, max_retries=0)
refused(openai.AuthenticationError, lambda: other.chat.completions.create(model=model, messages=messages))
check("errors", True)

# Time-outs and disconnects
endless = dict(model=model, prompt="x", max_tokens=60000, extra_body={"ignore_eos": True})
refused(openai.APITimeoutError, lambda: client.with_options(timeout=0.3).completions.create(**endless))
stream = client.completions.create(**endless, stream=True)
next(iter(stream))
check("an answer is computed", running())
stream.close()
end = time.time() + 20
while running():
    if time.time() > end:
        sys.exit("failed: an answer goes on after its client went")
    time.sleep(0.05)
check("disconnects", True)

# Many at once
results = []
threads = [
    threading.Thread(
        target=lambda: results.append(
            client.completions.create(model=model, prompt="Once", max_tokens=16, temperature=0).choices[0].text
        )
    )
    for _ in range(12)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
check("many at once", len(results) == 12 and len(set(results)) == 1)
