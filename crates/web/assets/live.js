// Keeps an open page fresh: fragments from the event stream, countdowns from the server's time,
// and a form that is sent once. Without this script the page is the same, as of its loading.
import { correct, now } from "/assets/clock.js";

const say = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const clock = (seconds) => {
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

// A countdown: <time data-until="ms">, which asks for a fresh page once when it ends.
// A speaking one has data-speak="the words with % for the time" and says them at 2 min and 30 s.
function countDown() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Math.max(0, Math.ceil((Number(element.dataset.until) - now()) / 1000));
    say(element, clock(left));
    if (left === 0 && !element.dataset.ended) {
      element.dataset.ended = "yes";
      if (element.dataset.end === "reload") refresh();
    }
    const voice = element.dataset.voice && document.getElementById(element.dataset.voice);
    if (voice && (left === 120 || left === 30)) {
      say(voice, (voice.dataset.speak || "%").replace("%", clock(left)));
    }
  }
}

// Puts new HTML in the place of elements with the same id, keeping focus where it was.
function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const parts = [...fresh.querySelectorAll("[id]")].filter((part) => !part.parentElement.closest("[id]"));
  for (const part of parts) {
    const old = document.getElementById(part.id);
    if (!old || old.outerHTML === part.outerHTML) continue;
    const focused = old.contains(document.activeElement) && document.activeElement.id;
    old.replaceWith(document.adoptNode(part));
    if (focused) document.getElementById(focused)?.focus();
  }
  document.dispatchEvent(new Event("automat:replaced"));
}

// Fetches this page again and takes over the parts marked data-part. A fetch that fails is let go:
// the page is going away, or the stream says more when it is back.
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => {});
  const text = await answer?.text().catch(() => {});
  if (text === undefined || sending) return;
  if (!answer.ok || answer.redirected) return location.reload();
  const fresh = new DOMParser().parseFromString(text, "text/html");
  correct(Number(fresh.documentElement.dataset.now));
  document.title = fresh.title;
  const parts = [...fresh.querySelectorAll("[data-part][id]")];
  if (parts.length === 0) return location.reload();
  replace(parts.map((part) => part.outerHTML).join(""));
}

// Whether a form is on its way. Its answer says where to go; no event may go elsewhere meanwhile,
// or whoever signs would stay at the shop instead of going on to the wallet.
let sending = false;

// Events of the stream: "message" carries fragments, "reload" asks to fetch, "clock" sets the
// time, "leave" goes to another page.
function listen(address) {
  const stream = new EventSource(address);
  const lost = document.getElementById("live-lost");
  let doubt;
  stream.onopen = () => {
    clearTimeout(doubt);
    doubt = undefined;
    if (lost) lost.hidden = true;
  };
  stream.onerror = () => {
    doubt ??= setTimeout(() => lost && (lost.hidden = false), 4000);
  };
  stream.onmessage = (event) => replace(event.data);
  stream.addEventListener("reload", () => sending || refresh());
  stream.addEventListener("clock", (event) => correct(Number(event.data)));
  stream.addEventListener("leave", (event) => {
    if (sending) return;
    const target = new URL(event.data, location.href);
    if (target.origin === location.origin) location.assign(target);
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// A form is sent once; the button says so and comes back when the page is shown again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  sending = true;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  sending = false;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// Choices that only change what is shown are sent at once: <form data-auto>.
document.addEventListener("change", (event) => {
  if (event.target.form?.dataset.auto !== undefined) event.target.form.requestSubmit();
});

document.querySelector(".errors")?.focus();
countDown();
setInterval(countDown, 250);
if (document.body.dataset.live) listen(document.body.dataset.live);
