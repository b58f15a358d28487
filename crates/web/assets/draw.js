// Computes a draw again from its proof, as docs/protocol/draw.md says: the seed against its
// fingerprint, the list against its own, the order place by place. It asks the shop for the proof
// and for nothing else, and lets the page breathe between the pieces.
const box = document.getElementById("check");
const say = (name) => box.dataset[name];

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = (data) => crypto.subtle.digest("SHA-256", data);
const breathe = () => new Promise((done) => setTimeout(done));

// The numbers a seed gives: four of eight bytes in each hash of the seed and a counter.
function numbersOf(seed) {
  const block = new Uint8Array(40);
  block.set(seed);
  const counter = new DataView(block.buffer);
  let [index, used, view] = [0n, 4, undefined];
  return async () => {
    if (used === 4) {
      counter.setBigUint64(32, index);
      view = new DataView(await sha256(block));
      [index, used] = [index + 1n, 0];
    }
    used += 1;
    return view.getBigUint64((used - 1) * 8);
  };
}

const ALL = 1n << 64n;
const PIECE = 500;

// Fisher and Yates from the front. A number that would favour some places is passed over.
async function shuffled(seed, entries, told) {
  const [list, next] = [entries.slice(), numbersOf(seed)];
  for (let place = 0; place + 1 < list.length; place += 1) {
    const left = BigInt(list.length - place);
    const over = ALL % left;
    let number = await next();
    while (number >= ALL - over) number = await next();
    const chosen = place + Number(number % left);
    [list[place], list[chosen]] = [list[chosen], list[place]];
    if (place % PIECE === 0) {
      told(place / list.length);
      await breathe();
    }
  }
  told(1);
  return list;
}

// One key of 16 bytes after the other, as the list's fingerprint takes them.
function joined(entries) {
  const all = new Uint8Array(entries.length * 16);
  entries.forEach((entry, index) => all.set(bytes(entry), index * 16));
  return all;
}

function show(step, state) {
  const tag = box.querySelector(`[data-step=${step}] .tag`);
  tag.textContent = say(state);
  tag.className = `tag ${{ right: "free", wrong: "bad", runs: "now" }[state] ?? ""}`;
}

async function step(name, check) {
  show(name, "runs");
  await breathe();
  const fits = await check();
  show(name, fits ? "right" : "wrong");
  return fits;
}

const same = (a, b) => a.length === b.length && a.every((key, index) => key === b[index]);

async function verify(proof) {
  const seed = bytes(proof.seed);
  const bar = box.querySelector("progress");
  bar.hidden = false;
  // The page said the fingerprints before the proof was fetched; both have to be the same.
  const fits = [
    await step("seed", async () => {
      const computed = hex(await sha256(seed));
      return computed === proof.commitment && computed === say("commitment");
    }),
    await step("list", async () => {
      const rises = proof.entries.every((key, index) => index === 0 || proof.entries[index - 1] < key);
      const computed = hex(await sha256(joined(proof.entries)));
      return rises && computed === proof.entries_hash && computed === say("hash");
    }),
    await step("order", async () => {
      const order = await shuffled(seed, proof.entries, (part) => (bar.value = part));
      return same(order, proof.drawn);
    }),
  ];
  return fits.every(Boolean);
}

async function check(button, verdict) {
  button.disabled = true;
  const answer = await fetch(say("proof")).catch(() => undefined);
  const proof = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  if (proof) {
    verdict.textContent = say((await verify(proof)) ? "allRight" : "notRight");
  } else {
    verdict.textContent = say("noList");
  }
  button.disabled = false;
}

if (box) {
  box.querySelector(".with-script").hidden = false;
  const [button, verdict] = [box.querySelector("button"), box.querySelector(".verdict")];
  if (globalThis.crypto?.subtle) {
    button.addEventListener("click", () => check(button, verdict));
  } else {
    button.closest("p").remove();
    verdict.textContent = say("noCrypto");
  }
}
