/** Names that only video models carry, alone or with a version behind them. */
const families =
	/(^|[^a-z])(sora|veo|kling|kirin|seedance|hailuo|wan|ltx|runway|gen-?[34]|luma|ray-?[23]|pika|pixverse|vidu|hunyuan-?video|happyhorse|mochi|cogvideo\w*|marey|dreamina-?video|omni-?human)(?![a-z])/i;
/** Words that say it whatever the family. */
const words = /video|[ti]2v(?![a-z])|v2v(?![a-z])|animate/i;
/** What the same makers name alike and that makes no video: pictures, sound, readers of videos. */
const others = /image(?![-_]?(to|2)[-_]?video)|[ti]2i(?![a-z])|embed|transcri|understanding|tts|music|speech/i;

/**
 * Whether a model is one for videos, by its id: for lists that hold models of every kind and don't say
 * which is which. An id that it doesn't know stays out of the list, and can be given by hand.
 */
export function isVideoModelId(id: string): boolean {
	return (families.test(id) || words.test(id)) && !others.test(id);
}
