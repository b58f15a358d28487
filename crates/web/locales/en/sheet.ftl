# The manual retrieval sheet.
sheet-title = Manual retrieval sheet
sheet-of = { $machine }, { $address }, as of { $when }
sheet-trust = This is what the log says. Before anything is moved, look whether the car really stands there.
sheet-doubt = The log is in doubt: the sensors had not been read since something went wrong, or a move was under way. Look into every place.
sheet-cars = { $n ->
    [one] One car, sold cars first
   *[other] { $n } cars, sold cars first
}
sheet-empty = No car stands in the tower.
sheet-place = Place
sheet-car = Car
sheet-for = For
sheet-way = Way down
sheet-not-sold = not sold
sheet-check = code ends in { $end }
sheet-no-check = code cannot be checked here: secrets.key is missing
sheet-tag = tag { $tag }
sheet-unknown-car = a car without a listing
sheet-slot = level { $level }, stall { $stall }, floor { $metres } m above the bay
sheet-window = in the window
sheet-bay = at the bay
sheet-on-lift = on the lift
sheet-way-here = it stands at the bay; open the street door
sheet-by = { $lifts } down to { $bays }
sheet-no-way = no lift of the machine file reaches it
sheet-steps = Steps for each car
sheet-step-stop = Switch the machine to manual with its key and keep the key. The program orders nothing then; it cannot and must not undo that.
sheet-step-look = Look with your own eyes that nobody is in the bay, in the shaft or in a car.
sheet-step-check = Compare VIN and colour at the car. Ask the buyer for the order and for the whole pick-up code; its last digits must be the ones here.
sheet-step-bring = Bring the lift to the level, draw the car onto it and bring it down, as the machine’s builder says below.
sheet-step-bay = Close the door to the shaft before you open the door to the street. Let the buyer look at the car and drive out.
sheet-step-write = Tick the box and write down time and name. When the program runs again, state in the console that the car is not in the tower.
sheet-before = Before anybody goes in
sheet-lift = How the lift is moved by hand
sheet-shuttle = How the car is drawn on and off
sheet-doors = How the doors are opened by hand
sheet-after = Before the machine goes by itself again
sheet-no-instructions = No instructions in the machine file. Ask the machine’s builder; do not try.
console-sheet = Manual retrieval sheet, to print
