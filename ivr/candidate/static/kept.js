// What was recorded and is not yet with us, kept on this device: a lost connection or a closed page loses nothing.
const NAME = "viva-answers";

const opened = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("answers");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function run(mode, work) {
  try {
    const database = await opened();
    return await new Promise((resolve, reject) => {
      const request = work(database.transaction("answers", mode).objectStore("answers"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return undefined; // a private window may have no such store: then it is in memory only
  }
}

export const keep = (key, blob) => run("readwrite", (store) => store.put(blob, key));
export const kept = (key) => run("readonly", (store) => store.get(key));
export const forget = (key) => run("readwrite", (store) => store.delete(key));
