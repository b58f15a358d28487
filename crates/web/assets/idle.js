// Asks whether anybody is still at the screen: after so many seconds without a touch or a key it
// goes to the page that asks. Without this script the page's own refresh does the same.
const place = document.querySelector("[data-idle]");
const wait = place ? Number(place.dataset.idleSeconds) * 1000 : 0;
let timer;

function touched() {
  clearTimeout(timer);
  timer = setTimeout(() => location.assign(place.dataset.idle), wait);
}

if (place) {
  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    addEventListener(kind, touched, { passive: true });
  }
  touched();
}
