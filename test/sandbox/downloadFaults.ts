import { etagOf, part, serveVideo, videoOf, videoUrl } from './cdn';
import type { DownloadFaultKind } from './faults';
import type { Job } from './jobs';
import type { Call, Reply, World } from './types';

const page = '<!doctype html><html><head><title>Just a moment...</title></head><body>Please wait while the video is being prepared.</body></html>';

function redirect(location: string): Reply {
	return { status: 302, headers: { location } };
}

/** Bytes from a place that nobody asked for, with the headers of a good part. */
function wrongPart(job: Job, call: Call, world: World): Reply {
	const file = videoOf(job, world);
	const start = Number(/^bytes=(\d+)-/.exec(call.headers.range ?? '')?.[1] ?? 0) + 100;
	const range = `bytes ${start}-${file.length - 1}/${file.length}`;
	return {
		status: 206,
		headers: { 'content-type': 'video/mp4', 'content-range': range, etag: etagOf(file) },
		body: part(file, start, file.length),
	};
}

function withoutRange(call: Call): Call {
	return { ...call, headers: { ...call.headers, range: undefined } };
}

/** What goes wrong at stores of files, and nowhere else. */
export function spoilDownload(kind: DownloadFaultKind, job: Job, call: Call, world: World): Reply {
	const reply = serveVideo(job, call, world);
	const { length } = videoOf(job, world);
	switch (kind) {
		case 'expired':
			job.renewLink();
			return { status: 403, headers: { 'content-type': 'application/xml' }, body: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' };
		case 'html200':
			return { status: 200, headers: { 'content-type': 'text/html' }, body: page };
		case 'fakeMp4':
			return { status: 200, headers: { 'content-type': 'video/mp4' }, body: page };
		case 'lengthLarger':
			return reply.status === 416 ? reply : { ...reply, claimedLength: length + 1000 };
		case 'lengthSmaller':
			return { ...reply, claimedLength: Math.floor(length / 2) };
		case 'redirectHost':
			// From localhost to 127.0.0.1, where the link works.
			return redirect(`${world.url}/cdn/videos/${job.token}.mp4`);
		case 'redirectLoop':
			return redirect(videoUrl(job, world));
		case 'redirectFile':
			return redirect('file:///etc/passwd');
		case 'ignoresRange':
			return serveVideo(job, withoutRange(call), world);
		case 'wrongRange':
			return wrongPart(job, call, world);
		case 'changed':
			job.replaced += 1;
			return serveVideo(job, call, world);
		case 'changedPart':
			// A server that doesn't know If-Range.
			job.replaced += 1;
			return serveVideo(job, { ...call, headers: { ...call.headers, 'if-range': undefined } }, world);
		case 'drip':
			return { ...reply, effect: 'drip' };
		case 'endless':
			return { ...reply, claimedLength: null, effect: 'endless' };
	}
}
