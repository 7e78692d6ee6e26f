using UserDomain.AllInOne;

return await AllInOneHost.RunAsync(AllServices.Descriptions, args);
