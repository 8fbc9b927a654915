#!/bin/sh
# Makes every fixture in this folder: four reference pictures and, per picture, three clips that start from it.
# Run once with ffmpeg >= 5 (libx264, aac); the results are committed, tests never need ffmpeg.
set -eu
cd "$(dirname "$0")"

# Dusk over the sea: sky gradient, a low sun with its glow, two mountain ridges, water with the sun's path.
SUN='hypot(X-W*0.62,Y-H*0.46)/min(W,H)'
SKY='clip(Y/(H*0.68),0,1)'
FAR='H*(0.56-0.10*abs(sin(X/W*5.1+0.4))-0.03*sin(X/W*17))'
NEAR='H*(0.74-0.16*abs(sin(X/W*2.3+1.9))-0.02*sin(X/W*23+1))'
PATHW='exp(-pow((X-W*0.62)/(W*0.05+(Y-H*0.7)*0.35),2))*(0.55+0.45*sin(Y*0.9*720/H))'
layer() { # near ridge, water, far ridge, sun, sky
	echo "if(gt(Y,H*0.78),$5,if(gt(Y,$NEAR),$1,if(gt(Y,$FAR),$2,if(lt($SUN,0.085),$3,$4))))"
}
R=$(layer 34 92 255 "clip(38+205*$SKY+70*exp(-6*$SUN),0,255)" "clip(44+190*$PATHW,0,255)")
G=$(layer 28 62 226 "clip(30+92*$SKY+90*exp(-6*$SUN),0,255)" "clip(46+130*$PATHW,0,255)")
B=$(layer 58 104 170 "clip(92+36*$SKY+20*exp(-6*$SUN),0,255)" "clip(96+40*$PATHW,0,255)")

for size in 1280x720 720x1280 1792x1024 1024x1792; do
	ffmpeg -y -loglevel error -f lavfi -i "color=black:s=$size:r=1:d=1,format=gbrp,geq=r='$R':g='$G':b='$B',format=yuvj420p" \
		-frames:v 1 -q:v 6 -bitexact "$size.jpg"
	for seconds in 4 8 12; do
		# A sail crosses the water while the light breathes: cheap to encode, yet every frame differs.
		ffmpeg -y -loglevel error -loop 1 -framerate 12 -i "$size.jpg" \
			-f lavfi -i "color=white:s=120x150:r=12,format=rgba,geq=r=250:g=244:b=232:a='if(lt(abs(X-60)*2,Y*0.72)*lt(Y,110)+gt(Y,118)*lt(abs(X-60)*2,110-(Y-118)),255,0)'" \
			-f lavfi -i "sine=frequency=220:sample_rate=44100" \
			-filter_complex "[0:v]eq=brightness='0.05*sin(t*1.5)':eval=frame[sea];[sea][1:v]overlay=x='W*0.02+(W*0.5)*t/$seconds':y='H*0.8-90+4*sin(t*3)',format=yuv420p[v]" \
			-map '[v]' -map 2:a -t "$seconds" -c:v libx264 -profile:v main -preset veryslow -crf 34 -g 48 \
			-c:a aac -b:a 24k -ac 1 -movflags +faststart -map_metadata -1 -bitexact "$size-${seconds}s.mp4"
	done
done
ls -l
