// mp4box names a types file that it doesn't ship for our module resolution; this is the one it ships.
declare module 'mp4box' {
	export * from 'mp4box/dist/mp4box.all.cjs';
}
