// Two short tones when a message asks for them ("alur:ring", an answer's HX-Trigger header with the message's id), once for
// all pages of this browser, and for "Hear it" (data-hear). A browser that wants a press first stays silent.
(() => {
  const RANG = "alur-rang"; // the last message that was heard, in the storage of this browser
  const TONES = [659.3, 880]; // Hz, one after the other
  const LENGTH = 0.16; // s
  let audio;

  function tone(hertz, starts) {
    const [voice, volume] = [audio.createOscillator(), audio.createGain()];
    voice.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, starts);
    volume.gain.exponentialRampToValueAtTime(0.2, starts + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, starts + LENGTH);
    voice.connect(volume).connect(audio.destination);
    voice.start(starts);
    voice.stop(starts + LENGTH);
  }

  async function play() {
    if (!window.AudioContext) return;
    audio ??= new AudioContext();
    await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))]);
    if (audio.state === "running") return TONES.forEach((hertz, n) => tone(hertz, audio.currentTime + n * LENGTH));
    audio.close(); // else the tones would come with the next press
    audio = undefined;
  }

  document.addEventListener("alur:ring", ({ detail: { id } }) => {
    if (localStorage.getItem(RANG) === String(id)) return;
    localStorage.setItem(RANG, id);
    play();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-hear]")) play();
  });
})();
