"""What the demo clips show: graphs for FFmpeg's lavfi source, each with one picture or one sound as its output.

Light repeats: what is costly is computed small, for one period or one frame, then looped (`loop=-1:<frames>`) and
enlarged.
"""

SEA = (
    "color=black:320x100:r=15,format=gbrp,geq="
    "r=255:g='min(255,70+Y*1.2+70*exp(-pow(hypot(X-200,Y-88)/20,4))+50*exp(-hypot(X-200,Y-88)/40))'"
    ":b='min(255,140-Y*0.7+80*exp(-pow(hypot(X-200,Y-88)/17,4)))',"
    "scale=1280:400:flags=bicubic,loop=-1:1[sky];"
    "color=black:160x40:r=15,format=gray,geq='clip("
    "40+34*sin(Y*Y/9-2*PI*T+3*sin(X/25+PI*T))"
    "+170*clip(1.4-abs(X-100)/(5+Y*0.9),0,1)*gt(sin(Y*Y/4-4*PI*T+1.5*sin(X/4+2*PI*T)),0),0,255)',"
    "loop=-1:30,scale=1280:320:flags=bicubic,format=gbrp,"
    "lutrgb=r='12+val*0.9':g='50+val*0.55':b='92+val*0.28'[sea];"
    "[sky][sea]vstack"
)
SURF = "anoisesrc=r=48000:color=brown:seed=4,tremolo=f=0.2:d=0.7"

_ABOVE_RIDGE = "lt(Y,100-9*sin(X/31)-4*sin(X/9))"
_STARLIGHT = "140*gt(mod(abs(sin(X*12.9898+Y*78.233)*43758.5),1),0.997)"
AURORA = (
    "color=black:128x72:r=16,format=gray,geq='"
    "st(0,Y-(42+9*sin(X/14+2*PI*T/3)+5*sin(X/6-2*PI*T/3)));"
    "255*exp(-pow(max(0,ld(0))/3,2))*exp(-pow(min(0,ld(0))/22,2))*(0.7+0.3*sin(X/2+2*PI*T))',"
    "loop=-1:48,scale=854:480:flags=bicubic,format=gbrp[curtain];"
    "color=black:16x96:r=16,format=gbrp,geq="
    "r='235*exp(-pow((Y-22)/18,2))':g='255*exp(-pow((Y-66)/26,2))':b='60+170*exp(-pow((Y-34)/26,2))',"
    "scale=854:480,loop=-1:1[tint];"
    "color=black:214x120:r=16,format=gbrp,geq="
    f"r='(8+Y*0.06+{_STARLIGHT})*{_ABOVE_RIDGE}':g='(10+Y*0.12+{_STARLIGHT})*{_ABOVE_RIDGE}'"
    f":b='(34+Y*0.3+{_STARLIGHT})*{_ABOVE_RIDGE}',"
    "scale=854:480:flags=bicubic,loop=-1:1[night];"
    "[curtain][tint]blend=all_mode=multiply[light];[night][light]blend=all_mode=screen"
)

MANDELBROT = (
    "mandelbrot=480x270:rate=12:maxiter=300:start_scale=0.05:end_scale=0.002:end_pts=48"
    ":start_x=-0.743643887037158704752191506114774:start_y=-0.131825904205311970493132056385139,"
    "scale=640:360:flags=bicubic"
)

LIFE = (
    "life=s=160x90:r=10:seed=9:ratio=0.18:mold=12:life_color=0xffd166:death_color=0x3a0ca3:mold_color=0x180030,"
    "scale=640:360:flags=neighbor"
)

CHORD = "aevalsrc='0.55*sin(400*PI*t)|0.55*sin(600*PI*t+t)':s=48000"
LISSAJOUS = (
    f"{CHORD},avectorscope=s=600x600:r=25:mode=lissajous_xy:draw=line:zoom=1.35"
    ":rc=60:gc=220:bc=255:ac=255:rf=30:gf=14:bf=6"
)

BALL = (
    "color=0x4a1942:640x480:r=15,drawgrid=w=40:h=40:t=1:c=white@0.2,vignette,loop=-1:1[room];"
    "color=white:96x96:r=15,format=rgba,geq="
    "r='255-1.2*hypot(X-32,Y-30)':g='200-2.4*hypot(X-32,Y-30)':b='60-0.5*hypot(X-32,Y-30)'"
    ":a='255*clip(46-hypot(X-48,Y-48),0,1)',loop=-1:1[ball];"
    "[room][ball]overlay=x='abs(mod(t*200,1088)-544)':y='380-abs(sin(t*3))*340'"
)
BOUNCE = "aevalsrc='0.6*sin(360*PI*t)*exp(-18*mod(t,PI/3))':s=44100"

# Each of 282 rays has a star that starts at its own time and speeds up as it comes near.
STARS = (
    "color=black:256x144:r=12,format=gray,geq='"
    "st(0,floor((atan2(Y-72,X-128)+PI)*45));"
    "st(1,mod(7*mod(abs(sin(ld(0)*12.9898)*437.585),1)+T/2,1));"
    "255*ld(1)*lt(abs(hypot(X-128,Y-72)-155*ld(1)*ld(1)),0.7+5*ld(1)*ld(1))"
    "*lt(mod(abs(sin(ld(0)*78.233)*93.1),1),0.6)',"
    "loop=-1:24,scale=960:540:flags=bicubic,format=gbrp,lutrgb=r='8+val*0.97':g='10+val*0.96':b='28+val*0.9'"
)
ENGINE = "aevalsrc='0.3*sin(110*PI*t+2*sin(3*t))+0.1*sin(331*PI*t)':s=48000"

TEST_CARD = "smptehdbars=1920x1080:r=30000/1001"
TEST_TONE = "sine=1000:r=48000"

_ORANGE, _PINK, _BLUE, _CREAM, _VIOLET = "ff8c28", "ff3c5a", "3ca0ff", "ffd278", "8c5aff"


def _lights(blur: float, speed: float, *discs: tuple[int, int, int, str]) -> str:
    """Discs of (x, y, radius, colour) out of focus, on 144 by 256, drifting upwards."""
    channels = []
    for at, (name, background) in enumerate({"r": 12, "g": 10, "b": 26}.items()):
        sums = "+".join(
            f"{int(colour[2 * at : 2 * at + 2], 16) * 0.55:.0f}*clip({radius}-hypot(X-{x},Y-{y}),0,1)"
            for x, y, radius, colour in discs
        )
        channels.append(f"{name}='min(255,{background}+{sums})'")
    return (
        f"color=black:144x256:r=24,format=gbrp,geq={':'.join(channels)},gblur={blur},"
        f"scale=720:1280:flags=bicubic,format=gbrp,loop=-1:1,scroll=v={speed}"
    )


# A phone held upright writes a picture that lies on its side, and says so.
CITY_LIGHTS = (
    _lights(
        0.7,
        0.0015,
        *((30, 40, 17, _ORANGE), (100, 70, 12, _PINK), (60, 110, 20, _BLUE), (120, 150, 15, _CREAM)),
        *((25, 180, 13, _VIOLET), (85, 205, 18, _ORANGE), (130, 20, 9, _BLUE), (50, 235, 11, _PINK)),
    )
    + "[near];"
    + _lights(
        2,
        -0.001,
        *((75, 25, 11, _CREAM), (20, 95, 9, _PINK), (110, 110, 16, _VIOLET), (45, 150, 12, _BLUE)),
        *((95, 165, 10, _ORANGE), (130, 215, 14, _PINK), (15, 225, 10, _CREAM), (65, 70, 8, _ORANGE)),
    )
    + "[far];[near][far]blend=all_mode=screen,transpose=cclock"
)


def _by_height(*steps: str) -> str:
    """A lookup of brightness: water, beach, forest, rock, scree, snow."""
    water, beach, forest, rock, scree, snow = steps
    return (
        f"'if(lt(val,118),{water},if(lt(val,123),{beach},if(lt(val,140),{forest},"
        f"if(lt(val,160),{rock},if(lt(val,172),{scree},{snow})))))'"
    )


ISLANDS = (
    "perlin=720x405:r=10:octaves=5:persistence=0.5:xscale=4:yscale=3:seed=11:random_mode=seed,"
    "scale=4320:2430:flags=bicubic,format=gbrp,lutrgb="
    f"r={_by_height('10+val/4', '236', '60+2*(val-123)', '110+3*(val-140)', '190', '250')}"
    f":g={_by_height('30+val*0.9', '214', '150-(val-123)', '110', '185', '250')}"
    f":b={_by_height('90+val', '150', '70', '80', '180', '252')},"
    "format=yuv420p,loop=-1:1,crop=3840:2160:x=t*220:y=t*110"
)

HARMONICS = (
    "aevalsrc='0.7*(sin(120*PI*t)+gte(t,3)*sin(360*PI*t)/3+gte(t,6)*sin(600*PI*t)/5+gte(t,9)*sin(840*PI*t)/7)':s=48000"
)
FOURIER = (
    "color=0x0d1b2a:640x360:r=10,drawgrid=w=40:h=40:t=1:c=0x2b3a55,loop=-1:1[paper];"
    f"{HARMONICS},showwaves=640x360:r=10:mode=line:draw=full:colors=0xffd166[wave];[paper][wave]overlay"
)

CLOCK = "testsrc2=640x360:r=25"
