// Calls to the server this page came from; there are no others.

export class APIError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// A form on another site cannot send this header, so that a cookie alone does nothing.
const HEADERS = { "content-type": "application/json", "x-deepseek-site": "1" };

async function failure(response) {
  let message = response.statusText || "HTTP " + response.status;
  try {
    message = (await response.json()).error.message || message;
  } catch {
    // Not one of the server's own errors.
  }
  return new APIError(response.status, message);
}

/** One call with JSON in and out. */
export async function request(method, path, body) {
  const response = await fetch(path, {
    method, headers: HEADERS, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw await failure(response);
  return response.status === 204 ? null : response.json();
}

/** Data of server-sent events, as they come; comments (keep-alives) are skipped. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data: ")) yield line.slice(6).trimEnd();
  }
}

/**
 * Answers messages; `onText` gets each piece of text. Resolves to why the answer ended and what it took.
 * Abort the signal to stop.
 */
export async function chat(messages, settings, signal, onText) {
  const body = { model: settings.model, messages, stream: true, stream_options: { include_usage: true } };
  for (const name of ["temperature", "top_p", "max_tokens"]) if (Number.isFinite(settings[name])) body[name] = settings[name];
  const response = await fetch("/v1/chat/completions", {
    method: "POST", headers: HEADERS, credentials: "same-origin", body: JSON.stringify(body), signal,
  });
  if (!response.ok) throw await failure(response);
  const result = { reason: null, usage: null };
  for await (const data of events(response)) {
    if (data === "[DONE]") return result;
    const event = JSON.parse(data);
    if (event.error) throw new APIError(500, event.error.message);
    if (event.usage) result.usage = event.usage;
    const choice = event.choices?.[0];
    if (choice?.delta?.content) onText(choice.delta.content);
    if (choice?.finish_reason) result.reason = choice.finish_reason;
  }
  throw new APIError(0, "the connection ended before the answer did");
}
