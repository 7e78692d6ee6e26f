namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>
/// Something the operator can mend keeps the program from starting. The message is one line that says what, where and how to mend
/// it; the program prints it and ends with exit code 1.
/// </summary>
/// <param name="message">What the operator reads. Never holds a secret.</param>
/// <param name="innerException">What was caught, if anything.</param>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
