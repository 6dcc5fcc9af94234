// Talking to the uploader. Every failure is thrown as a problem: { code, message, cure, status }.

export class Problem extends Error {
  constructor({ code, message = "", cure = "", status = 0, size, retryAfter }) {
    super(message);
    Object.assign(this, { code, cure, status, size, retryAfter });
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

// XMLHttpRequest, because fetch does not tell how much of a body has been sent. Returns { done, abort }.
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
