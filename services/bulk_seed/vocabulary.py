"""The words of a bulk library: frequent ones in every text, a topic's own in its videos, and thousands of rare ones."""

# What a topic's videos are about, and what is done there.
THINGS = {
    "cooking": (
        "saucepan garlic onion butter pastry sourdough flour broth seasoning skillet basil lemon oven dumpling "
        "recipe vinegar marinade pepper"
    ),
    "astronomy": (
        "telescope galaxy nebula orbit eclipse comet supernova aperture crater satellite spectrum parallax meteor "
        "horizon eyepiece lens planet constellation"
    ),
    "gardening": (
        "compost seedling trellis tomato mulch greenhouse pruning orchard lavender watering soil perennial hedge "
        "rhubarb earthworm bulb lawn frost"
    ),
    "cycling": (
        "derailleur saddle gravel handlebar peloton ascent descent cadence helmet puncture tyre pannier gearing "
        "sprint crank brake wheel commute"
    ),
    "programming": (
        "compiler function database thread variable index transaction pointer library framework recursion "
        "deployment schema parser debugger latency cache socket"
    ),
    "woodworking": (
        "chisel plywood dovetail lathe sandpaper veneer clamp mortise walnut varnish workbench plane router hinge "
        "sawdust joint tenon grain"
    ),
    "geology": (
        "basalt granite fault sediment glacier magma fossil erosion limestone crystal earthquake plateau volcano "
        "mineral canyon strata moraine quarry"
    ),
    "music": (
        "melody chord violin rhythm octave piano trumpet harmony tempo orchestra rehearsal metronome fugue "
        "bassline cello drummer chorus score"
    ),
    "history": (
        "empire treaty parliament archive monarchy harbour cathedral merchant siege manuscript railway revolution "
        "charter museum pottery colony census barricade"
    ),
    "medicine": (
        "patient diagnosis vaccine surgeon antibody symptom artery clinic dosage therapy ultrasound infection "
        "nurse tissue anatomy stethoscope hormone recovery"
    ),
    "economics": (
        "inflation market tariff interest supply demand mortgage currency budget dividend wage auction pension "
        "export subsidy deficit broker ledger"
    ),
    "sailing": (
        "rudder spinnaker harbour anchor keel mainsail lighthouse current tide mast knot headwind buoy regatta "
        "compass hull rigging galley"
    ),
    "photography": (
        "shutter aperture tripod exposure portrait lens negative darkroom contrast flash histogram silhouette "
        "filter backdrop landscape focus sensor print"
    ),
    "football": (
        "goalkeeper midfield penalty corner striker offside referee league stadium captain transfer tackle header "
        "substitute derby crossbar manager supporter"
    ),
    "biology": (
        "enzyme chromosome membrane predator habitat mutation protein pollinator species bacteria ecosystem larva "
        "migration neuron photosynthesis feather cell beetle"
    ),
    "architecture": (
        "facade cantilever arch column concrete atrium blueprint balcony vault insulation courtyard skylight "
        "girder terrace masonry dome staircase scaffold"
    ),
    "mountaineering": (
        "summit crevasse carabiner ridge avalanche altitude rope basecamp glacier belay cornice blizzard tent "
        "saddle crampon oxygen couloir bivouac"
    ),
    "chemistry": (
        "molecule catalyst solvent acid electron beaker polymer titration oxide reaction isotope crystal pipette "
        "residue vapour alloy reagent flask"
    ),
    "travel": (
        "passport hostel itinerary ferry market luggage border temple beach souvenir timetable visa rainforest "
        "guidebook airport desert village island"
    ),
    "robotics": (
        "actuator sensor gripper servo firmware battery odometry controller torque gearbox chassis camera planner "
        "encoder microcontroller joint drone soldering"
    ),
}
DOINGS = {
    "cooking": "simmer knead whisk roast caramelise taste",
    "astronomy": "observe orbit rotate collapse calibrate photograph",
    "gardening": "plant prune water harvest sow transplant",
    "cycling": "pedal climb overtake descend repair lubricate",
    "programming": "refactor compile deploy test profile merge",
    "woodworking": "saw carve sand glue measure polish",
    "geology": "erode drill survey fold fracture excavate",
    "music": "rehearse tune improvise conduct record harmonise",
    "history": "conquer negotiate excavate abolish govern document",
    "medicine": "diagnose treat prescribe monitor heal examine",
    "economics": "invest forecast borrow regulate trade hedge",
    "sailing": "tack steer moor reef navigate capsize",
    "photography": "expose develop crop frame retouch focus",
    "football": "dribble score defend tackle pass equalise",
    "biology": "evolve migrate mutate digest reproduce adapt",
    "architecture": "design renovate insulate demolish sketch reinforce",
    "mountaineering": "ascend belay traverse acclimatise rescue descend",
    "chemistry": "dissolve oxidise distil react titrate evaporate",
    "travel": "explore arrive depart wander hitchhike book",
    "robotics": "assemble calibrate steer solder automate grasp",
}

# Where and who, in a few texts each: "Stonebridge", "Ashford", "Moonwick".
NAME_BEGINNINGS = (
    "stone ash moon river oak fern wolf raven copper silver amber thorn brook winter summer elder birch falcon marsh "
    "north south east west black white red green gold iron salt sand cloud rain snow fire fox hare swan heron otter "
    "badger maple cedar hazel clover barley heather bramble willow"
)
NAME_ENDINGS = (
    "bridge ford wick field haven mouth dale ton bury worth mere stead ham gate minster well port wood brook hill moor "
    "cliff holt shaw thorpe combe den ness fell garth hurst leigh lock mill nook pool reach ridge rigg side stow toft "
    "vale view ward water way wold yard"
)

QUALITIES = (
    "old new borrowed broken heavy light expensive cheap careful quiet noisy simple famous forgotten little enormous "
    "ordinary strange reliable fragile perfect rough gentle stubborn clever honest curious dusty second wooden modern"
)

TITLES = (
    "{Topic} for beginners: the {quality} {thing}",
    "How to {doing} the {thing}",
    "Why every {thing} needs the {other}",
    "From {thing} to {other}: {topic} in {name}",
    "{name} {topic} club, evening {number}",
    "The {quality} {thing} nobody talks about",
    "{Topic} lecture {number}: {thing} and {other}",
    "Five mistakes with your first {thing}",
)

# A speaker's sentences about a topic, and those that any speaker says.
ABOUT = (
    "The first thing people ask me about {topic} is how the {thing} works with the {other}.",
    "If you {doing} too early, the {quality} {thing} will never settle and you have to start again.",
    "Look closely at this {quality} {thing}, because the {other} behind it tells the whole story.",
    "I spent most of last winter learning how to {doing} with nothing but my {quality} {thing}.",
    "That {quality} {thing} is worth more than any {other}, at least in the beginning.",
    "Once you {doing} and {deed} in the right order, the {thing} takes care of itself.",
    "My teacher always said that the {thing} without its {other} is only half the work.",
    "Compare the {thing} on the left with the {quality} {other} on the right and you see the difference.",
    "We tried to {doing} twice, and both times the {quality} {other} was the part that failed.",
    "Nobody told me that the {thing} changes when you {doing} slowly and with patience.",
    "There is a long argument in {topic} about whether the {thing} or the {other} came first.",
    "Keep the {thing} close to the {other} while you {doing}, and check it every few minutes.",
    "Most books on {topic} hardly mention the {quality} {thing}, and I have never understood why.",
    "You can {doing} without the {other}, but then somebody else must {deed} for you.",
    "Notice how {quality} the {thing} looks once it has spent a night beside the {other}.",
    "Ask three experts how to {doing} and they will show you four kinds of {thing}.",
    "What surprised us was the {other}: far more {quality} than the {thing} we had before.",
    "For the price of one {quality} {other} you could repair this {thing} until you retire.",
    "Whenever the {thing} refuses, I put it aside, {doing} a little, and come back tomorrow.",
    "Here comes the {quality} moment when {thing} and {other} finally meet.",
    "Children learn to {doing} in a single afternoon; it took me eleven months and two {quality} failures.",
    "Both the {thing} and the {other} were found by accident, which happens often in {topic}.",
    "This diagram shows where the {thing} ends, where the {other} begins, and what lies between them.",
    "Never {doing} alone: have someone watch the {quality} {thing} for signs of trouble.",
)
ANYTHING = (
    "Welcome back everybody, and thank you for all the kind messages after the previous episode.",
    "Let me know in the comments what you would have done differently here.",
    "That took longer than I expected, so I will speed up the next few minutes for you.",
    "As you can hear, there is quite a lot of wind today, and I apologise for the noise.",
    "We will come back to this question later, when we have all the pieces together.",
    "To be honest, I was wrong about this for many years and had to learn it again.",
    "Before we go on, take a moment and think about what you would try first.",
    "I have put the links and the measurements in the description below the video.",
    "It sounds complicated, but after a while your hands know what to do.",
    "Now this is the part that I was looking forward to all week.",
    "Some people will disagree, and that is fine, because there is more than one way.",
    "So what did we learn today, and what would I change the next time around?",
    "My neighbour walked past just then, laughed out loud, and asked whether everything was all right.",
    "Pause here if you want to write the numbers down; they will not appear again.",
    "Half of you already guessed the answer, I suppose, so let us see who was right.",
    "The camera battery died at exactly the wrong time, which explains the jump in the picture.",
    "Questions from the audience are difficult to understand, therefore I repeat each of them.",
    "Good evening, ladies and gentlemen, and please switch off your telephones.",
    "According to the calendar we should have finished in April, yet here we are.",
    "Coffee helps, patience helps more, and asking for advice helps most of all.",
    "Several viewers sent photographs of their own attempts, and they are wonderful.",
    "Safety first: wear gloves, open a window, and keep water within reach.",
    "Yesterday it rained until midnight, so the light this morning is unusually clear.",
    "Remember the experiment from episode twelve, where everything went sideways within seconds?",
    "In other words, the shortest path is rarely the one that people choose.",
    "That concludes the practical half; theory follows after a short break.",
    "Prices have doubled since spring, which is another reason to take good care of what you own.",
    "Please subscribe if this was useful, and tell a friend who might enjoy it too.",
)
ABOUT_A_NAME = (
    "We recorded this near {name}, where a friend has been doing it for {number} years.",
    "The idea came from a visitor from {name} who wrote to us last month.",
    "They still teach it the old way at the workshop in {name}.",
    "If you are ever around {name}, go and see it for yourself.",
    "The museum of {name} keeps {number} of them behind glass.",
    "Greetings to the whole class in {name}, who watch this together every Thursday.",
)
