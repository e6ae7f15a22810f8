"""The commands: pyresty (nginx's command line) and resty."""
