// Requests to the uploader. Every failure is thrown as a Problem; its message is for developers, `told` gives the text for people.

export class Problem extends Error {
  constructor({ code = "error", message = "", status = 0, retryAfter }) {
    super(message);
    Object.assign(this, { code, status, retryAfter });
  }
}

export const NETWORK = { code: "network" };

export async function call(path, { method = "GET", body, signal } = {}) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(NETWORK);
  }
  if (!answer.ok) throw new Problem({ ...(await answer.json().catch(() => NETWORK)), status: answer.status });
  return answer.status === 204 ? null : answer.json();
}

// Uses XMLHttpRequest, because fetch does not report how much of a body has been sent. Returns { done, abort }.
export function upload(path, form, onProgress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open("POST", path);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      const { status, response } = request;
      if (status >= 200 && status < 300 && response) resolve(response);
      else reject(new Problem({ ...(response ?? NETWORK), status, retryAfter: request.getResponseHeader("Retry-After") }));
    };
    request.onerror = () => reject(new Problem(NETWORK));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    request.send(form);
  });
  return { done, abort: () => request.abort() };
}
