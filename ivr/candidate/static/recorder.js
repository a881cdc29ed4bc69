// The microphone: samples of 16 kHz, 16 bit, one channel, and the WAV file that they become.
const HZ = 16000;

export const canRecord = () =>
  Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);

export class Recorder {
  /** `onLevel` hears how loud it is, from 0 to 1, ten times a second. */
  constructor(workletUrl, onLevel) {
    this.workletUrl = workletUrl;
    this.onLevel = onLevel;
  }

  /** Asks for the microphone the first time; throws when there is none or it is refused. */
  async start() {
    this.stream ??= await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    });
    if (!this.context) {
      this.context = new AudioContext();
      await this.context.audioWorklet.addModule(this.workletUrl);
    }
    await this.context.resume();
    this.parts = [];
    this.length = 0;
    this.loudest = 0;
    this.source = this.context.createMediaStreamSource(this.stream);
    this.node = new AudioWorkletNode(this.context, "recorder", { numberOfOutputs: 0 });
    this.ended = new Promise((resolve) => {
      this.node.port.onmessage = ({ data }) => {
        this.parts.push(data.samples);
        this.length += data.samples.length;
        let peak = 0;
        for (const sample of data.samples) peak = Math.max(peak, Math.abs(sample) / 0x8000);
        this.loudest = Math.max(this.loudest, peak);
        this.onLevel(peak);
        if (data.isLast) resolve();
      };
    });
    this.source.connect(this.node);
  }

  /** How many seconds there are by now. */
  get seconds() {
    return this.length / HZ;
  }

  /** The WAV file of what was recorded since `start`. */
  async stop() {
    this.source.disconnect();
    this.node.port.postMessage("stop");
    await this.ended;
    return wav(this.parts, this.length);
  }

  /** Lets go of the microphone, so that the device stops showing that it listens. */
  release() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
  }
}

function wav(parts, length) {
  const header = new DataView(new ArrayBuffer(44));
  const word = (at, text) => [...text].forEach((letter, n) => header.setUint8(at + n, letter.charCodeAt(0)));
  word(0, "RIFF");
  header.setUint32(4, 36 + length * 2, true);
  word(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // one channel
  header.setUint32(24, HZ, true);
  header.setUint32(28, HZ * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  word(36, "data");
  header.setUint32(40, length * 2, true);
  // every browser that has worklets runs on little-endian machines, as WAV wants it
  return new Blob([header, ...parts], { type: "audio/wav" });
}

/** "2:05" for 125 seconds. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
