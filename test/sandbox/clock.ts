export class Clock {
	private realAnchor = Date.now();
	private sandboxAnchor = this.realAnchor;
	private rate: number;

	constructor(speed: number) {
		this.rate = speed;
	}

	now(): number {
		return this.sandboxAnchor + (Date.now() - this.realAnchor) * this.rate;
	}

	advance(ms: number): void {
		this.sandboxAnchor += ms;
	}

	get speed(): number {
		return this.rate;
	}

	set speed(speed: number) {
		// Re-anchored first, or a new speed would also rewrite the time that has already passed.
		this.sandboxAnchor = this.now();
		this.realAnchor = Date.now();
		this.rate = speed;
	}

	reset(speed: number): void {
		this.realAnchor = Date.now();
		this.sandboxAnchor = this.realAnchor;
		this.rate = speed;
	}
}
