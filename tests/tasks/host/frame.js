// The page of Azure DevOps around an extension's page, as far as the extension can see it: the host's side of the
// handshake, spoken by the very library that the service's own pages use. window.host is for who leads the browser.
import { channelManager } from "azure-devops-extension-sdk/esm/XDM.js";

const given = JSON.parse(document.getElementById("given").textContent);
const frame = document.createElement("iframe");
frame.title = "extension";
frame.style = "border: 0; width: 100%; height: 860px";
document.body.style.margin = "0";
frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads");
document.body.append(frame);

const host = { loaded: 0, failed: [], builds: [], asked: [], opened: [] };
window.host = host;
host.change = (build) => host.builds.forEach((listener) => listener(build));

const channel = channelManager.addChannel(frame.contentWindow);
// The library's channel of a host learns its frame's token by the first message; here the frame is the only one.
const owns = channel.owns.bind(channel);
channel.owns = (source, origin, message) => {
	if (source === frame.contentWindow && origin === given.extension && message.handshakeToken) {
		channel.handshakeToken = message.handshakeToken;
		channel.targetOrigin = undefined;
	}
	return owns(source, origin, message);
};
const services = {
	"ms.vss-features.location-service": { getServiceLocation: async () => given.service },
	"ms.vss-features.host-navigation-service": {
		getQueryParams: async () => given.query ?? {},
		getHash: async () => given.hash ?? "",
		setQueryParams: (query) => { host.query = query; },
		setHash: (hash) => { host.hash = hash; },
		openNewWindow: (address) => { host.opened.push(address); },
	},
};
/** Asks for what the extension's page registered, as a dashboard asks for a widget. */
host.call = async (method, settings) => {
	const widget = await channel.getRemoteObjectProxy(given.contribution);
	return widget[method](settings);
};
channel.getObjectRegistry().register("DevOps.HostControl", {
	initialHandshake: (options) => {
		host.options = options;
		return {
			contributionId: given.contribution,
			context: {
				extension: { id: "modelgate.modelgate", publisherId: "modelgate", extensionId: "modelgate", version: "0.1.0" },
				user: { id: "u", name: "reader@example.com", displayName: "Reader", descriptor: "aad.r", imageUrl: "" },
				host: { id: "h", name: "contoso", serviceVersion: "Dev19", type: 4, isHosted: true },
				pageContext: { webContext: { project: { id: given.project, name: "ml" }, team: { id: "t", name: "ml Team" } } },
			},
			initialConfig: {
				onBuildChanged: (listener) => {
					host.builds.push(listener);
					listener(given.build);
				},
			},
			...(options.applyTheme === false ? {} : { themeData: given.theme }),
		};
	},
	notifyLoadSucceeded: () => { host.loaded++; },
	notifyLoadFailed: (why) => { host.failed.push(why); },
	getAccessToken: () => ({ token: given.token }),
	resize: () => undefined,
});
channel.getObjectRegistry().register("DevOps.ServiceManager", {
	getService: (id) => {
		host.asked.push(id);
		return services[id];
	},
});
frame.src = given.page;
