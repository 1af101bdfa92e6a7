# Run as a script when PROGRAM was built: lets it print its manual page and completions into TO.
file(MAKE_DIRECTORY "${TO}")
function(print file)
	execute_process(COMMAND "${PROGRAM}" ${ARGN}
		OUTPUT_FILE "${TO}/${file}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()
print(modelgate.1 man)
print(modelgate.bash completion bash)
print(_modelgate completion zsh)
print(modelgate.fish completion fish)
