// The service worker of browser push: shows what came, and opens its page of this site. It keeps and fetches nothing.
self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data?.json() ?? {};
  } catch {
    said = {};
  }
  const title = said.title || "Alur";
  event.waitUntil(
    self.registration.showNotification(title, {
      body: said.body || "",
      icon: "/apple-touch-icon.png",
      data: { url: said.url || "/inbox/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data?.url || "/inbox/", self.location.origin);
  const url = wanted.origin === self.location.origin ? wanted.href : `${self.location.origin}/inbox/`;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
      const open = pages.find((page) => page.url === url);
      return open ? open.focus() : self.clients.openWindow(url);
    }),
  );
});
