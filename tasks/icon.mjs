// Draws modelgate's icon, a gate with its right wing open and a check mark in it, as a PNG.
import { deflateSync } from "node:zlib";

const BACK = [0x1b, 0x4f, 0x72];
const LINE = [0xff, 0xff, 0xff];
const MARK = [0x58, 0xd6, 0x8d];
// Line pieces on a field of 32 by 32: x1, y1, x2, y2, half width, colour.
const STROKES = [
	[6, 7, 6, 26, 1.4, LINE], // left post
	[26, 7, 26, 26, 1.4, LINE], // right post
	[4, 7, 28, 7, 1.4, LINE], // beam
	[6, 26, 10, 26, 1.2, LINE],
	[22, 26, 26, 26, 1.2, LINE],
	[11, 17, 15, 21, 1.9, MARK], // check mark
	[15, 21, 22, 12, 1.9, MARK],
];
const CORNER = 6;
const FINE = 4; // samples a pixel, each way

function toPiece(x, y, [x1, y1, x2, y2]) {
	const dx = x2 - x1;
	const dy = y2 - y1;
	const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
	return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/** The colour at a point, or nothing outside the rounded square. */
function colourAt(x, y) {
	const outX = Math.max(CORNER - x, x - (32 - CORNER), 0);
	const outY = Math.max(CORNER - y, y - (32 - CORNER), 0);
	if (Math.hypot(outX, outY) > CORNER) return undefined;
	const hit = STROKES.findLast((stroke) => toPiece(x, y, stroke) <= stroke[4]);
	return hit ? hit[5] : BACK;
}

function pixel(px, py, size) {
	const sum = [0, 0, 0];
	let inside = 0;
	for (let i = 0; i < FINE * FINE; i++) {
		const x = ((px + ((i % FINE) + 0.5) / FINE) * 32) / size;
		const y = ((py + (Math.floor(i / FINE) + 0.5) / FINE) * 32) / size;
		const colour = colourAt(x, y);
		if (!colour) continue;
		inside++;
		colour.forEach((value, c) => (sum[c] += value));
	}
	if (inside === 0) return [0, 0, 0, 0];
	return [...sum.map((value) => Math.round(value / inside)), Math.round((255 * inside) / (FINE * FINE))];
}

function crc(bytes) {
	let c = 0xffffffff;
	for (const byte of bytes) {
		c ^= byte;
		for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
	}
	return (c ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const frame = Buffer.alloc(body.length + 8);
	frame.writeUInt32BE(data.length, 0);
	body.copy(frame, 4);
	frame.writeUInt32BE(crc(body), body.length + 4);
	return frame;
}

/** A PNG of size by size pixels. */
export function icon(size) {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(size, 0);
	header.writeUInt32BE(size, 4);
	header.set([8, 6, 0, 0, 0], 8); // 8 bits, RGBA
	const rows = [];
	for (let y = 0; y < size; y++) {
		rows.push(0); // no filter
		for (let x = 0; x < size; x++) rows.push(...pixel(x, y, size));
	}
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		chunk("IHDR", header),
		chunk("IDAT", deflateSync(Buffer.from(rows), { level: 9 })),
		chunk("IEND", Buffer.alloc(0)),
	]);
}
