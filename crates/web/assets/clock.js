// The server's time. The page says when it was made; from then on a clock that nobody can set
// back counts, so a wrong clock on the phone changes nothing. An event may correct it.
const made = Number(document.documentElement.dataset.now);
const [load] = performance.getEntriesByType("navigation");
let base = made - (load ? load.responseStart : 0);

export const now = () => base + performance.now();

export function correct(serverMillis) {
  base = serverMillis - performance.now();
}
