// Every word that a person reads, in English and Korean. Both tables have the same keys; a test compares them.

const count = (n, one, many) => (n === 1 ? `1 ${one}` : `${new Intl.NumberFormat("en").format(n)} ${many}`);
const number = (n) => new Intl.NumberFormat("ko").format(n);

export const TEXTS = {
  en: {
    pageTitle: "Upload documents · prelabel",
    skip: "Skip to content",
    language: "Language",
    signOut: "Sign out",
    signInTitle: "Sign in",
    signInHint: "Enter the key that your administrator gave you. This browser remembers it for 30 days.",
    key: "Access key",
    signIn: "Sign in",
    refusedTitle: "The uploader cannot be used right now",
    tryAgain: "Try again",
    title: "Upload documents",
    subtitle: "PDFs and images become pages in Label Studio, already read and labelled.",
    project: "Project",
    projectOption: (title, id) => `${title || "Untitled"} (${id})`,
    noProjects: "There is no project yet. Create one in Label Studio, then reload this page.",
    drop: "Drag PDFs and images here",
    dropAnywhere: "Drop the files to upload them",
    choose: "Choose files",
    limits: (size, pages) => `PDF, PNG, JPEG, WebP or TIFF · up to ${size} and ${count(pages, "page", "pages")} a file`,
    queueWorking: (done, all) => `Uploading: ${done} of ${count(all, "file", "files")}`,
    queueDone: (done) => `${count(done, "file", "files")} uploaded`,
    queueFailed: (failed) => `${count(failed, "file was", "files were")} not uploaded`,
    retryUploads: "Retry failed",
    cancelUploads: "Cancel the rest",
    clear: "Clear",
    remove: (name) => `Remove ${name} from the list`,
    cancelOne: (name) => `Cancel ${name}`,
    retry: "Retry",
    retryOf: (name) => `Retry ${name}`,
    upload: { waiting: "Waiting", sending: (percent) => `${percent}%`, checking: "Checking…", again: "Trying again…",
      done: "Uploaded", known: "Already there", failed: "Not uploaded", cancelled: "Cancelled" },
    documents: "Documents",
    sum: (documents, pages) => `${count(documents, "document", "documents")} · ${count(pages, "page", "pages")}`,
    show: "Show",
    filter: { "": "All", working: "In progress", done: "Done", failed: "Failed" },
    retryAll: "Retry all failed",
    more: "Show older documents",
    empty: "No documents yet. Add some above.",
    emptyFilter: "No documents here.",
    pages: (n) => count(n, "page", "pages"),
    openingPages: "Opening",
    document: { waiting: "Waiting", working: (done, all) => `${done} of ${all} done`, done: "Done",
      failed: (failed) => `${failed} failed`, broken: "Failed" },
    page: (n) => `Page ${n}`,
    states: { waiting: "Waiting", rendered: "Prepared", queued: "Queued",
      ocr: "Reading", extract: "Labelling", upload: "Saving", done: "Done", failed: "Failed", skipped: "Left out" },
    open: "Open in Label Studio",
    openPage: (name, n) => `Open page ${n} of ${name} in Label Studio`,
    showPages: (name) => `Pages of ${name}`,
    morePages: (n) => `Show ${count(n, "more page", "more pages")}`,
    failedPages: (n) => `${count(n, "page", "pages")} failed`,
    retryFailed: "Retry failed pages",
    retried: (n) => `${count(n, "page is", "pages are")} tried again`,
    offline: "No connection to the uploader. Trying again…",
    thumbnail: (n) => `Page ${n}, small picture`,
    saidUploaded: (n) => `${count(n, "file", "files")} uploaded`,
    saidFailed: (n) => `${count(n, "file was", "files were")} not uploaded`,
    saidDone: (name) => `${name}: all pages are done`,
    saidPagesFailed: (name, n) => `${name}: ${count(n, "page", "pages")} failed`,
    api: "For programs: API",
    ago: { now: "just now" },
    problems: {
      file_too_large: ["The file is too large.", "Split it or save it smaller, then upload it again."],
      file_refused: ["This kind of file cannot be used.", "Save it as PDF, PNG, JPEG or TIFF, then upload it again."],
      document_unreadable: ["The file is damaged or incomplete.", "Check that it opens, export it anew, then upload it again."],
      document_locked: ["The PDF is protected with a password.", "Save it without a password, then upload it again."],
      document_too_long: ["The document has too many pages.", "Split it, then upload the parts."],
      image_too_large: ["The image is too large.", "Save it smaller, then upload it again."],
      storage_full: ["The server has no space left.", "Ask your administrator to make space, then retry."],
      busy: ["Many files are being uploaded right now.", "Retry in a moment."],
      network: ["The connection was lost.", "Check the network, then retry."],
      empty_here: ["The file is empty.", "Choose the file again, or export it anew."],
      too_large_here: (size) => [`The file is larger than ${size}.`, "Save it smaller or split it, then upload it again."],
      gone_here: ["The browser can no longer read the file.", "It was moved or changed: choose it again."],
      wrong_key: ["This key is not right.", "Check it and enter it again."],
    },
  },
  ko: {
    pageTitle: "문서 업로드 · prelabel",
    skip: "본문으로 바로가기",
    language: "언어",
    signOut: "로그아웃",
    signInTitle: "로그인",
    signInHint: "관리자에게 받은 접속 키를 입력해 주세요. 이 브라우저에서 30일 동안 유지됩니다.",
    key: "접속 키",
    signIn: "로그인",
    refusedTitle: "지금은 업로드를 사용할 수 없습니다",
    tryAgain: "다시 시도",
    title: "문서 업로드",
    subtitle: "PDF와 이미지를 올리면 글자 인식과 라벨링을 마친 페이지로 Label Studio에 등록됩니다.",
    project: "프로젝트",
    projectOption: (title, id) => `${title || "제목 없음"} (${id})`,
    noProjects: "아직 프로젝트가 없습니다. Label Studio에서 프로젝트를 만든 뒤 새로고침해 주세요.",
    drop: "PDF나 이미지를 여기로 끌어다 놓으세요",
    dropAnywhere: "파일을 놓으면 업로드를 시작합니다",
    choose: "파일 선택",
    limits: (size, pages) => `PDF, PNG, JPEG, WebP, TIFF · 파일당 최대 ${size}, ${number(pages)}페이지`,
    queueWorking: (done, all) => `업로드 중: ${number(all)}개 중 ${number(done)}개 완료`,
    queueDone: (done) => `파일 ${number(done)}개를 업로드했습니다`,
    queueFailed: (failed) => `파일 ${number(failed)}개를 업로드하지 못했습니다`,
    retryUploads: "실패한 파일 다시 시도",
    cancelUploads: "남은 업로드 취소",
    clear: "목록 지우기",
    remove: (name) => `${name} 목록에서 제거`,
    cancelOne: (name) => `${name} 업로드 취소`,
    retry: "다시 시도",
    retryOf: (name) => `${name} 다시 시도`,
    upload: { waiting: "대기 중", sending: (percent) => `${percent}%`, checking: "확인 중…", again: "다시 시도하는 중…",
      done: "업로드 완료", known: "이미 등록된 파일", failed: "업로드 실패", cancelled: "취소됨" },
    documents: "문서",
    sum: (documents, pages) => `문서 ${number(documents)}개 · ${number(pages)}페이지`,
    show: "보기",
    filter: { "": "전체", working: "처리 중", done: "완료", failed: "실패" },
    retryAll: "실패 항목 모두 다시 시도",
    more: "이전 문서 더 보기",
    empty: "아직 문서가 없습니다. 위에서 파일을 추가해 주세요.",
    emptyFilter: "해당하는 문서가 없습니다.",
    pages: (n) => `${number(n)}페이지`,
    openingPages: "여는 중",
    document: { waiting: "대기 중", working: (done, all) => `${all}페이지 중 ${done}페이지 완료`, done: "완료",
      failed: (failed) => `${number(failed)}페이지 실패`, broken: "실패" },
    page: (n) => `${n}페이지`,
    states: { waiting: "대기 중", rendered: "준비됨", queued: "순서 대기",
      ocr: "글자 인식 중", extract: "라벨링 중", upload: "저장 중", done: "완료", failed: "실패", skipped: "제외됨" },
    open: "Label Studio에서 열기",
    openPage: (name, n) => `${name} ${n}페이지를 Label Studio에서 열기`,
    showPages: (name) => `${name}의 페이지`,
    morePages: (n) => `${number(n)}페이지 더 보기`,
    failedPages: (n) => `${number(n)}페이지 실패`,
    retryFailed: "실패한 페이지 다시 시도",
    retried: (n) => `${number(n)}페이지를 다시 처리합니다`,
    offline: "업로드 서버에 연결할 수 없습니다. 다시 연결하는 중입니다…",
    thumbnail: (n) => `${n}페이지 미리보기`,
    saidUploaded: (n) => `파일 ${number(n)}개를 업로드했습니다`,
    saidFailed: (n) => `파일 ${number(n)}개를 업로드하지 못했습니다`,
    saidDone: (name) => `${name}: 모든 페이지의 처리가 끝났습니다`,
    saidPagesFailed: (name, n) => `${name}: ${number(n)}페이지를 처리하지 못했습니다`,
    api: "개발자용 API",
    ago: { now: "방금 전" },
    problems: {
      file_too_large: ["파일이 너무 큽니다.", "나누거나 용량을 줄인 뒤 다시 업로드해 주세요."],
      file_refused: ["지원하지 않는 형식의 파일입니다.", "PDF, PNG, JPEG 또는 TIFF로 저장한 뒤 다시 업로드해 주세요."],
      document_unreadable: ["파일이 손상되었거나 불완전합니다.", "파일이 열리는지 확인하고, 새로 저장한 뒤 다시 업로드해 주세요."],
      document_locked: ["암호로 보호된 PDF입니다.", "암호를 해제해 저장한 뒤 다시 업로드해 주세요."],
      document_too_long: ["문서의 페이지 수가 너무 많습니다.", "나눈 뒤 다시 업로드해 주세요."],
      image_too_large: ["이미지가 허용된 크기보다 큽니다.", "더 작게 저장한 뒤 다시 업로드해 주세요."],
      storage_full: ["서버의 저장 공간이 부족합니다.", "관리자에게 저장 공간 확보를 요청한 뒤 다시 시도해 주세요."],
      busy: ["지금 업로드가 많습니다.", "잠시 후 다시 시도해 주세요."],
      network: ["연결이 끊겼습니다.", "네트워크를 확인한 뒤 다시 시도해 주세요."],
      empty_here: ["빈 파일입니다.", "파일을 다시 선택하거나 새로 저장해 주세요."],
      too_large_here: (size) => [`파일이 ${size}보다 큽니다.`, "용량을 줄이거나 나눈 뒤 다시 업로드해 주세요."],
      gone_here: ["브라우저에서 파일을 더 이상 읽을 수 없습니다.", "파일이 이동되었거나 변경되었습니다. 다시 선택해 주세요."],
      wrong_key: ["키가 올바르지 않습니다.", "확인한 뒤 다시 입력해 주세요."],
    },
  },
};

let chosen = "en";

export const language = () => chosen;
export const t = () => TEXTS[chosen];

// What a problem is and what to do about it, in the person's language. The server's own words are English: in Korean they
// are shown below as details.
export function told(problem) {
  const known = t().problems[problem.code] ?? (chosen === "ko" ? SERVER_PROBLEMS_KO[problem.code] : undefined);
  const [what, cure] = (typeof known === "function" ? known(problem.size) : known) ?? [problem.message, problem.cure];
  return { what: sentence(what), cure: sentence(cure), details: what === problem.message ? "" : sentence(problem.message) };
}

const sentence = (text) => {
  const whole = text ? text[0].toUpperCase() + text.slice(1) : "";
  return !whole || /[.!?…:]$/.test(whole) ? whole : `${whole}.`;
};

export function choose(wanted) {
  chosen = wanted in TEXTS ? wanted : "en";
  document.documentElement.lang = chosen;
  document.title = t().pageTitle;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t()[node.dataset.text];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t()[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === chosen));
  }
}

// The language chosen before, else the browser's first one that we have.
export function preferred() {
  const wanted = [kept("language"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return wanted.find((tag) => tag in TEXTS) ?? "en";
}

// A browser may forbid us to keep anything.
export function kept(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(`prelabel.${name}`, value);
    return localStorage.getItem(`prelabel.${name}`);
  } catch {
    return null;
  }
}

export function ago(iso) {
  const seconds = (Date.now() - Date.parse(iso)) / 1000;
  if (seconds < 45) return t().ago.now;
  const format = new Intl.RelativeTimeFormat(chosen, { numeric: "auto" });
  if (seconds < 3600) return format.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86400) return format.format(-Math.round(seconds / 3600), "hour");
  if (seconds < 7 * 86400) return format.format(-Math.round(seconds / 86400), "day");
  return new Intl.DateTimeFormat(chosen, { dateStyle: "medium" }).format(new Date(iso));
}

export function bytes(n) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(n, 1)) / 10));
  const shown = n / 1024 ** power;
  return new Intl.NumberFormat(chosen, { style: "unit", unit: units[power], maximumFractionDigits: shown < 10 ? 1 : 0 }).format(shown);
}

export const SERVER_PROBLEMS_KO = {
  error: ["처리하지 못했습니다.", "자세한 내용을 확인한 뒤 다시 시도해 주세요."],
  configuration: ["서버 설정에 문제가 있습니다.", "관리자에게 아래 내용을 알려 주세요."],
  setting: ["서버 설정값이 올바르지 않습니다.", "관리자에게 아래 내용을 알려 주세요."],
  auth: ["Label Studio가 인증 토큰을 거부했습니다.", "관리자에게 LABEL_STUDIO_API_KEY 설정을 확인해 달라고 요청해 주세요."],
  project_not_found: ["프로젝트를 찾을 수 없습니다.", "프로젝트를 다시 선택하거나, 관리자에게 접근 권한을 요청해 주세요."],
  labelling_config: ["프로젝트의 라벨링 설정이 맞지 않습니다.", "라벨링 설정을 수정한 뒤 다시 시도해 주세요."],
  engine_unavailable: ["문서를 읽는 데 필요한 프로그램이 서버에 없습니다.", "관리자에게 설치를 요청한 뒤 다시 시도해 주세요."],
  model_unavailable: ["라벨링 모델을 불러올 수 없습니다.", "관리자에게 모델 설정을 확인해 달라고 요청해 주세요."],
  bucket_refused: ["문서 저장소를 사용할 수 없습니다.", "관리자에게 저장소 설정을 확인해 달라고 요청해 주세요."],
  service_unavailable: ["서버가 응답하지 않습니다.", "잠시 후 다시 시도해 주세요."],
  ambiguous_upload: ["저장 결과를 확인하지 못했습니다.", "다시 시도해 주세요. 중복 저장되지 않습니다."],
  key_refused: ["저장소의 파일 경로 형식이 올바르지 않습니다.", "경로를 확인해 주세요."],
  file_gone: ["저장소에 파일이 없습니다.", "문서를 다시 업로드해 주세요."],
  storage_not_found: ["프로젝트에 연결된 저장소를 찾을 수 없습니다.", "관리자에게 저장소 연결을 확인해 달라고 요청해 주세요."],
  sync_failed: ["Label Studio가 저장소를 동기화하지 못했습니다.", "자동으로 다시 시도합니다. 계속되면 관리자에게 알려 주세요."],
  document: ["이 파일은 처리할 수 없습니다.", "파일이 열리는지 확인하고, 새로 저장한 뒤 다시 업로드해 주세요."],
  document_not_found: ["문서를 찾을 수 없습니다.", "문서를 다시 업로드해 주세요."],
  render_failed: ["페이지를 이미지로 변환하지 못했습니다.", "다시 시도해 주세요. 반복되면 관리자에게 알려 주세요."],
  page_absent: ["프로젝트에 이 페이지가 없습니다.", "문서를 다시 업로드해 주세요."],
  not_predicted: ["아직 결과가 없습니다.", "처리가 끝날 때까지 기다려 주세요."],
  not_annotated: ["제출된 라벨링 결과가 없습니다.", "Label Studio에서 라벨링을 마쳐 주세요."],
  labels_unknown: ["알 수 없는 라벨만 있습니다.", "관리자에게 라벨링 설정을 확인해 달라고 요청해 주세요."],
  request_refused: ["Label Studio가 요청을 거부했습니다.", "자세한 내용을 확인해 주세요."],
  page: ["이 페이지를 처리할 수 없습니다.", "Label Studio에서 확인한 뒤 다시 시도해 주세요."],
  image_missing: ["페이지 이미지를 찾을 수 없습니다.", "파일을 다시 업로드해 주세요."],
  image_forbidden: ["페이지 이미지에 접근할 수 없습니다.", "관리자에게 접근 설정을 확인해 달라고 요청해 주세요."],
  image_unreadable: ["파일을 읽을 수 없습니다.", "파일이 열리는지 확인하고, 새로 저장한 뒤 다시 업로드해 주세요."],
  page_gone: ["Label Studio에서 삭제된 페이지입니다.", "따로 하실 일은 없습니다."],
  words_gone: ["처리 대기 시간이 너무 길었습니다.", "다시 시도해 주세요."],
  prediction_rejected: ["결과가 프로젝트의 라벨링 설정과 맞지 않습니다.", "라벨링 설정을 수정한 뒤 다시 시도해 주세요."],
  prediction_dropped: ["Label Studio가 결과를 저장하지 않았습니다.", "라벨링 설정을 확인한 뒤 다시 시도해 주세요."],
  ocr_failed: ["글자를 인식하지 못했습니다.", "이미지를 확인한 뒤 다시 시도해 주세요."],
  extract_failed: ["라벨링에 실패했습니다.", "다시 시도해 주세요. 반복되면 관리자에게 알려 주세요."],
  crashed: ["이 페이지를 처리하던 중 프로그램이 중단되었습니다.", "이미지를 새로 저장한 뒤 다시 업로드해 주세요."],
  unexpected: ["예상하지 못한 오류가 발생했습니다.", "다시 시도해 주세요. 반복되면 관리자에게 알려 주세요."],
  claim_lost: ["다른 작업이 이 페이지를 처리하고 있습니다.", "따로 하실 일은 없습니다."],
  run_failed: ["작업을 시작하지 못했습니다.", "다시 시도해 주세요."],
  run_cancelled: ["작업이 취소되었습니다.", "필요하면 다시 시작해 주세요."],
  cut_off: ["업로드 중에 연결이 끊겼습니다.", "네트워크를 확인한 뒤 다시 시도해 주세요."],
  several_projects: ["여러 프로젝트에 있는 문서입니다.", "프로젝트를 선택해 주세요."],
  too_slow: ["연결이 너무 느려 업로드가 중단되었습니다.", "네트워크를 확인한 뒤 다시 시도해 주세요."],
  body_too_large: ["요청이 너무 큽니다.", "나누어 보내 주세요."],
  key_missing: ["로그인이 필요합니다.", "접속 키를 입력해 주세요."],
  key_not_set: ["접속 키가 설정되지 않아 서버 자신에서만 사용할 수 있습니다.", "관리자에게 UPLOADER_API_KEY(16자 이상) 설정을 요청해 주세요."],
  foreign_origin: ["다른 사이트에서 보낸 요청은 처리하지 않습니다.", "이 페이지에서 직접 업로드해 주세요."],
  not_found: ["찾을 수 없습니다.", "주소를 확인해 주세요."],
  one_file: ["한 번에 파일 하나만 보낼 수 있습니다.", "파일을 하나씩 보내 주세요."],
  form: ["전송 형식이 올바르지 않습니다.", "다시 시도해 주세요."],
  request: ["요청이 올바르지 않습니다.", "다시 시도해 주세요."],
};
