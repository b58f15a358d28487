// Says how long it is until a drop opens: at ten minutes, one minute, ten seconds, and when the
// draw begins. Once each, by the server's clock, for those who listen instead of looking.
import { now } from "/assets/clock.js";

const voice = document.querySelector("[data-opens]");
const marks = [600, 60, 10, 0];
const left = () => Math.ceil((Number(voice.dataset.opens) - now()) / 1000);

if (voice) {
  // What lies behind when the page is opened is not said any more.
  let next = marks.filter((mark) => mark < left());
  const timer = setInterval(() => {
    if (next.length === 0) return clearInterval(timer);
    if (left() > next[0]) return;
    const reached = next.filter((mark) => mark >= left());
    voice.textContent = voice.getAttribute(`data-say-${reached.at(-1)}`);
    next = next.slice(reached.length);
  }, 250);
}
