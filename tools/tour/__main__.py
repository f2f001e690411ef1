from tools.run import run

run("tools.tour.command")
